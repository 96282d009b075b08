// Waiting for one message.
#pragma once

#include <boost/system/result.hpp>
#include <optional>
#include <unordered_set>

#include "bus/connection/errc.hpp"
#include "bus/connection/message.hpp"
#include "runtime/task.hpp"

namespace tidings::bus {

class reply_waiter {
  public:
    explicit reply_waiter(const runtime::executor& ex) : timer_(ex) {}

    // Ends the wait; the first result counts.
    void complete(boost::system::result<message> r);

    // errc::timeout at the limit, counted from now; errc::no_responders for status 503. Throws
    // system_error(operation_aborted) when the surrounding task is cancelled.
    runtime::task<boost::system::result<message>> wait(std::chrono::milliseconds limit);

  private:
    runtime::steady_timer timer_;
    std::optional<boost::system::result<message>> result_;
};

// Those that end with the link.
class reply_waiters {
  public:
    void add(reply_waiter& w) { all_.insert(&w); }
    void remove(reply_waiter& w) { all_.erase(&w); }
    void fail(errc e);

  private:
    std::unordered_set<reply_waiter*> all_;
};

}  // namespace tidings::bus
