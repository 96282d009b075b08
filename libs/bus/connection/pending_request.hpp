// A request in progress: the inbox for its reply, closed with the request even when the waiting task is cancelled.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "bus/connection/inbox_router.hpp"
#include "bus/connection/reply_waiter.hpp"

namespace tidings::bus {

class pending_request {
  public:
    pending_request(inbox_router& inboxes, reply_waiters& waiters, const runtime::executor& ex);
    ~pending_request();
    pending_request(const pending_request&) = delete;
    pending_request& operator=(const pending_request&) = delete;

    const std::string& inbox() const { return inbox_; }
    reply_waiter& reply() { return reply_; }

    // Nobody waits any more, but when the reply arrives is worth knowing. The inbox then outlives this object: whoever
    // calls this closes it.
    void leave_open(std::function<void()> on_late_reply);

  private:
    struct receiving {
        reply_waiter* reply;
        std::function<void()> on_late_reply;
    };

    inbox_router& inboxes_;
    reply_waiters& waiters_;
    reply_waiter reply_;
    std::shared_ptr<receiving> receiving_;
    std::string inbox_;
};

}  // namespace tidings::bus
