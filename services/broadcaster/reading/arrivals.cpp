#include "reading/arrivals.hpp"

#include <algorithm>
#include <utility>

#include "bus/connection/message_size.hpp"

namespace tidings::broadcaster {

std::optional<runtime::time_point> arrivals::add(bus::delivery d, runtime::time_point now) {
    const auto first = std::exchange(next_, d.stream_sequence + 1);
    const bool missing = d.stream_sequence > first;
    const auto bytes = bus::size_of(d.msg);
    waiting_.push_back({std::move(d), bytes});
    bytes_ += bytes;
    if (!missing) return std::nullopt;
    waiting_.back().missing_from = first;
    waiting_.back().look = begun_ + 1;
    if (std::exchange(looking_, true)) return std::nullopt;
    return std::max(now, looked_at_ + look_period);
}

void arrivals::begin_look(runtime::time_point now) {
    ++begun_;
    looked_at_ = now;
}

std::optional<runtime::time_point> arrivals::looked(std::uint64_t first, std::uint64_t complete_to) {
    ended_ = begun_;
    begins_ = first;
    lacking_ = lacking_ || std::ranges::any_of(waiting_, [&](const auto& a) { return lacks(a, complete_to); });
    looking_ = !lacking_ && std::ranges::any_of(waiting_, [this](const auto& a) { return waits(a); });
    if (!looking_) return std::nullopt;
    return looked_at_ + look_period;
}

bool arrivals::lacks(const arrival& a, std::uint64_t complete_to) const {
    const auto sequence = a.d.stream_sequence;
    return a.missing_from > 0 && !waits(a) && sequence > std::max(a.missing_from, begins_) && sequence <= complete_to;
}

void arrivals::pop() {
    bytes_ -= waiting_.front().bytes;
    waiting_.pop_front();
}

bus::delivery* arrivals::front() {
    if (waiting_.empty() || lacking_ || waits(waiting_.front())) return nullptr;
    return &waiting_.front().d;
}

std::optional<arrivals::gap> arrivals::take_gap() {
    const auto first = std::exchange(waiting_.front().missing_from, 0);
    const auto next = std::min(begins_, waiting_.front().d.stream_sequence);
    if (first == 0 || next <= first) return std::nullopt;
    return gap{first, next};
}

}  // namespace tidings::broadcaster
