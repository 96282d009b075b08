#include "bus/connection/answer_times.hpp"

#include <algorithm>

namespace tidings::bus {

namespace {

constexpr std::chrono::milliseconds negligible{100};

std::chrono::milliseconds between(runtime::time_point sent, runtime::time_point now) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now - sent);
}

}  // namespace

std::string_view answer_times::kind_of(std::string_view subject) {
    std::size_t end = 0;
    for (int tokens = subject.starts_with("$JS.API.") ? 4 : 2; tokens > 0 && end != std::string_view::npos; --tokens)
        end = subject.find('.', end == 0 ? 0 : end + 1);
    return subject.substr(0, end);
}

answer_times::milliseconds answer_times::allowed(std::string_view kind, milliseconds deadline) const {
    const auto known = known_.find(kind);
    if (known == known_.end()) return deadline;
    return std::max(deadline, std::min(known->second.slow * 2, longest));
}

// One quick answer among slow ones does not end the patience.
void answer_times::answered(std::string_view kind, runtime::time_point sent, runtime::time_point now) {
    auto known = known_.find(kind);
    if (known == known_.end()) known = known_.emplace(kind, times{}).first;
    auto& t = known->second;
    t.in_time = std::max(t.in_time, sent);
    if (t.slow == milliseconds::zero()) return;
    t.slow = std::max(between(sent, now), t.slow / 2);
    if (t.slow < negligible) t.slow = milliseconds::zero();
}

void answer_times::answered_late(std::string_view kind, runtime::time_point sent, runtime::time_point now) {
    auto& t = known_[std::string(kind)];
    if (sent >= t.in_time) t.slow = std::max(t.slow, std::min(between(sent, now), longest / 2));
}

}  // namespace tidings::bus
