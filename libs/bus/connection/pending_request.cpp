#include "bus/connection/pending_request.hpp"

#include <utility>

namespace tidings::bus {

pending_request::pending_request(inbox_router& inboxes, reply_waiters& waiters, const runtime::executor& ex)
    : inboxes_(inboxes),
      waiters_(waiters),
      reply_(ex),
      receiving_(std::make_shared<receiving>(receiving{&reply_, {}})) {
    inbox_ = inboxes_.open([r = receiving_](message& m) {
        if (r->reply) {
            r->reply->complete(std::move(m));
        } else if (m.status() != 503) {
            r->on_late_reply();
        }
        return false;
    });
    waiters_.add(reply_);
}

pending_request::~pending_request() {
    if (receiving_->reply) inboxes_.close(inbox_);
    waiters_.remove(reply_);
}

void pending_request::leave_open(std::function<void()> on_late_reply) {
    receiving_->on_late_reply = std::move(on_late_reply);
    receiving_->reply = nullptr;
}

}  // namespace tidings::bus
