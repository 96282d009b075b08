#include "domain/key_lanes.hpp"

namespace tidings::broadcaster {

void key_lanes::add(std::uint64_t sequence, const std::string& key) {
    events_.emplace(sequence, key);
    if (key.empty()) {
        ready_.insert(sequence);
        return;
    }
    auto& lane = lanes_[key];
    lane.push_back(sequence);
    if (lane.size() == 1) ready_.insert(sequence);
}

std::optional<std::uint64_t> key_lanes::take(time_point now) {
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
        ready_.insert(waiting_.begin()->second);
        waiting_.erase(waiting_.begin());
    }
    if (ready_.empty()) return std::nullopt;
    const auto lowest = *ready_.begin();
    ready_.erase(ready_.begin());
    return lowest;
}

void key_lanes::finish(std::uint64_t sequence) {
    const auto event = events_.find(sequence);
    if (event == events_.end()) return;
    if (!event->second.empty()) next_of_lane(event->second);
    events_.erase(event);
}

void key_lanes::next_of_lane(const std::string& key) {
    const auto lane = lanes_.find(key);
    lane->second.pop_front();
    if (lane->second.empty()) {
        lanes_.erase(lane);
    } else {
        ready_.insert(lane->second.front());
    }
}

void key_lanes::put_back(std::uint64_t sequence, time_point when) { waiting_.emplace(when, sequence); }

std::optional<std::uint64_t> key_lanes::lowest() const {
    if (events_.empty()) return std::nullopt;
    return events_.begin()->first;
}

std::optional<key_lanes::time_point> key_lanes::next_due() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.begin()->first;
}

}  // namespace tidings::broadcaster
