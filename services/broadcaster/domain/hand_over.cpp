#include "domain/hand_over.hpp"

namespace tidings::broadcaster {

bool hand_over::look(bool is_to_go, time_point now) {
    if (is_to_go && !until_) until_ = now + timeout_;
    if (is_to_go || !until_ || closed_at_) return false;
    until_.reset();
    return true;
}

bool hand_over::closes(bool free, time_point now) {
    if (!until_ || closed_at_ || !(free || now >= *until_ - rest_in)) return false;
    closed_at_ = now;
    return true;
}

}  // namespace tidings::broadcaster
