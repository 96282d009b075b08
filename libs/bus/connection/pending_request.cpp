#include "bus/connection/pending_request.hpp"

#include <utility>

namespace tidings::bus {

pending_request::pending_request(inbox_router& inboxes, reply_waiters& waiters, const runtime::executor& ex)
    : inboxes_(inboxes), waiters_(waiters), reply_(ex) {
    inbox_ = inboxes_.open([this](message& m) {
        reply_.complete(std::move(m));
        return false;
    });
    waiters_.add(reply_);
}

pending_request::~pending_request() {
    inboxes_.close(inbox_);
    waiters_.remove(reply_);
}

}  // namespace tidings::bus
