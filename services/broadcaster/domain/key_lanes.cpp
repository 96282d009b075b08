#include "domain/key_lanes.hpp"

#include <algorithm>
#include <functional>

namespace tidings::broadcaster {

namespace {

constexpr std::size_t kept_places = 64;  // while there are no events

}  // namespace

void key_lanes::make_ready(std::uint64_t sequence) {
    ready_.push_back(sequence);
    std::ranges::push_heap(ready_, std::greater<>{});
}

void key_lanes::add(std::uint64_t sequence, const std::string& key) {
    if (key.empty()) return make_ready(sequence);
    auto& lane = lanes_[key];
    lane.push_back(sequence);
    if (lane.size() == 1) make_ready(sequence);
}

std::optional<std::uint64_t> key_lanes::take(time_point now) {
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
        make_ready(waiting_.begin()->second);
        waiting_.erase(waiting_.begin());
    }
    if (ready_.empty()) return std::nullopt;
    std::ranges::pop_heap(ready_, std::greater<>{});
    const auto lowest = ready_.back();
    ready_.pop_back();
    if (ready_.empty() && ready_.capacity() > kept_places) ready_ = std::vector<std::uint64_t>();
    return lowest;
}

void key_lanes::finish(std::uint64_t sequence, const std::string& key) {
    if (key.empty()) return;
    const auto lane = lanes_.find(key);
    if (lane == lanes_.end() || lane->second.front() != sequence) return;
    lane->second.pop_front();
    if (lane->second.empty())
        lanes_.erase(lane);
    else
        make_ready(lane->second.front());
}

void key_lanes::put_back(std::uint64_t sequence, time_point when) { waiting_.emplace(when, sequence); }

std::optional<key_lanes::time_point> key_lanes::next_due() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->first;
}

}  // namespace tidings::broadcaster
