#include "runtime/outage.hpp"

#include <algorithm>

namespace tidings::runtime {

using namespace std::chrono_literals;

namespace {

constexpr std::chrono::seconds first_interval = 10s, longest_interval = 10min;
constexpr std::size_t most_reasons = 8;

}  // namespace

bool outage::failed(time now, const std::string& reason) {
    if (told_.empty()) {
        since_ = now;
        interval_ = first_interval;
        next_ = now + interval_;
        told_ = {reason};
        return true;
    }
    if (now >= next_) {
        interval_ = std::min(interval_ * 2, longest_interval);
        next_ = now + interval_;
        told_ = {reason};
        return true;
    }
    if (told_.size() == most_reasons || std::ranges::find(told_, reason) != told_.end()) return false;
    told_.push_back(reason);
    return true;
}

bool outage::ended() {
    const bool was_told = !told_.empty();
    told_.clear();
    return was_told;
}

std::chrono::milliseconds outage::lasted(time now) const {
    return told_.empty() ? 0ms : std::chrono::duration_cast<std::chrono::milliseconds>(now - since_);
}

}  // namespace tidings::runtime
