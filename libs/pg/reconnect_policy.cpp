#include "pg/reconnect_policy.hpp"

namespace tidings::pg {

const error* reconnect_policy::refusal(time_point now) const {
    return last_failure_ && (trying_ || now < retry_at_) ? &*last_failure_ : nullptr;
}

bool reconnect_policy::begin() {
    if (!last_failure_) return false;
    trying_ = true;
    return true;
}

void reconnect_policy::failed(const error& why, time_point now) {
    if (!last_failure_ || now >= retry_at_) retry_at_ = now + pause_.next();
    last_failure_ = why;
}

void reconnect_policy::succeeded() {
    last_failure_.reset();
    pause_.reset();
}

}  // namespace tidings::pg
