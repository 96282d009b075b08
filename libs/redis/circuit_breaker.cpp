#include "redis/circuit_breaker.hpp"

#include <algorithm>

namespace tidings::redis {

bool circuit_breaker::allows(time now) {
    if (!open()) return true;
    if (now < until_) return false;
    until_ = now + pause_;  // should its outcome never be told, another one tries
    trying_ = true;
    return true;
}

void circuit_breaker::succeeded() {
    failures_ = 0;
    pause_ = duration::zero();
    trying_ = false;
}

void circuit_breaker::failed(time now) {
    if (open() ? !trying_ : ++failures_ < most_) return;
    pause_ = open() ? std::min(2 * pause_, longest_) : first_;
    until_ = now + pause_;
    trying_ = false;
}

}  // namespace tidings::redis
