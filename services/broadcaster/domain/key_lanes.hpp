// Orders events that share a key: each key is a lane with one event in progress at a time, in stream order, while the
// lanes run in parallel. Pure bookkeeping over stream sequences.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace tidings::broadcaster {

class key_lanes {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // `sequence` must not be in hand already. Without a key it has a lane of its own.
    void add(std::uint64_t sequence, const std::string& key);
    bool has(const std::string& key) const { return lanes_.contains(key); }

    // Whether take() has something to give.
    bool any(time_point now) const { return !ready_.empty() || (!waiting_.empty() && waiting_.begin()->first <= now); }
    // How many take() would give now, besides those that wait for their time.
    std::size_t ready() const { return ready_.size(); }
    // Starts the lowest event that may start now. Nothing when every lane is busy, waiting or empty.
    std::optional<std::uint64_t> take(time_point now);
    // Ends an event in progress (delivered, or dead-lettered), added with this key. The next of its lane
    // may start. Nothing happens when it is not the head of its lane.
    void finish(std::uint64_t sequence, const std::string& key);
    // Returns an event in progress to the head of its lane; it may start again at `when`.
    void put_back(std::uint64_t sequence, time_point when);

    // When the next lane that waits only for its time may continue.
    std::optional<time_point> next_due() const;

  private:
    void make_ready(std::uint64_t sequence);

    std::unordered_map<std::string, std::deque<std::uint64_t>> lanes_;
    std::vector<std::uint64_t> ready_;                  // heads that may start: a heap, the lowest first
    std::multimap<time_point, std::uint64_t> waiting_;  // heads that may start later
};

}  // namespace tidings::broadcaster
