#include "runtime/outage.hpp"

#include <algorithm>

namespace tidings::runtime {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds first_interval = 10s, longest_interval = 10min;
constexpr std::size_t most_reasons = 8;

}  // namespace

bool outage::failed(time now, const std::string& reason) {
    if (reported_.empty()) {
        since_ = now;
        interval_ = first_interval;
        next_ = now + interval_;
        reported_ = {reason};
        return true;
    }
    if (now >= next_) {
        interval_ = std::min(interval_ * 2, longest_interval);
        next_ = now + interval_;
        reported_ = {reason};
        return true;
    }
    if (reported_.size() == most_reasons || std::ranges::find(reported_, reason) != reported_.end()) return false;
    reported_.push_back(reason);
    return true;
}

bool outage::ended() {
    const bool was_reported = !reported_.empty();
    reported_.clear();
    return was_reported;
}

std::chrono::milliseconds outage::lasted(time now) const {
    return reported_.empty() ? 0ms : std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
}

}  // namespace tidings::runtime
