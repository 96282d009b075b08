// Orders events that share a key: each key is a lane with one event in progress at a time, in stream order, while the
// lanes run in parallel. Pure bookkeeping over stream sequences.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace tidings::broadcaster {

class key_lanes {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // `sequence` must not be in hand already. Without a key it has a lane of its own.
    void add(std::uint64_t sequence, const std::string& key);
    bool has(const std::string& key) const { return lanes_.contains(key); }

    // Starts the lowest event that may start now. Nothing when every lane is busy, waiting or empty.
    std::optional<std::uint64_t> take(time_point now);
    // Ends an event in progress (delivered, or dead-lettered). The next of its lane may start.
    void finish(std::uint64_t sequence);
    // Returns an event in progress to the head of its lane; it may start again at `when`.
    void put_back(std::uint64_t sequence, time_point when);

    // The lowest unfinished event: everything before it is done.
    std::optional<std::uint64_t> lowest() const;
    // When the next lane that waits only for its time may continue.
    std::optional<time_point> next_due() const;
    std::size_t waiting() const { return waiting_.size(); }
    std::size_t size() const { return events_.size(); }

  private:
    void next_of_lane(const std::string& key);

    std::map<std::uint64_t, std::string> events_;  // unfinished, with their keys
    std::unordered_map<std::string, std::deque<std::uint64_t>> lanes_;
    std::set<std::uint64_t> ready_;                     // heads that may start
    std::multimap<time_point, std::uint64_t> waiting_;  // heads that may start later
};

}  // namespace tidings::broadcaster
