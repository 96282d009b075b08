// The messages of one endpoint that wait in stream WEBHOOK_RETRIES: which of them may be tried when, and which keys are
// held up. With an order to keep, only the first message of a key is tried; its successors follow it here. Pure; the
// rules are those of tests/model/retries.pml.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidings::broadcaster {

// A message of the source stream. `incarnation` tells streams of one name apart: one that was made anew counts from 1.
struct retry_id {
    std::uint32_t incarnation = 0;
    std::uint64_t sequence = 0;
    auto operator<=>(const retry_id&) const = default;
};

class retry_queue {
  public:
    // Wall clock: it is written down, and read by other processes.
    using time_point = std::chrono::system_clock::time_point;

    struct entry {
        std::uint64_t stored = 0;    // its sequence in WEBHOOK_RETRIES; 0: not there yet
        std::uint64_t attempts = 0;  // made so far
        time_point due{};
        std::string key;           // empty: no order to keep
        bool busy = false;         // being stored or tried
        bool unreachable = false;  // the last attempt did not reach the endpoint
    };

    // It moves here: until stored() it is busy. Pre: not contained.
    void hold(retry_id id, std::string key, std::uint64_t attempts, time_point due);
    // The stream has it (again) as message `stored`; a later one than before.
    void stored(retry_id id, std::uint64_t stored);
    // Found in the stream, written by an owner before us: new, or later than what is known of it.
    void found(retry_id id, entry e);

    // Which one to try now: the first of its key, due, stored, and below `passed` unless of another incarnation (an
    // endpoint that has not read so far may still have it in its stream). It is busy then.
    std::optional<retry_id> take(time_point now, retry_id passed);
    // Tried, to be tried again at `due`; busy until stored(), unless nothing is to be written.
    void again(retry_id id, std::uint64_t attempts, time_point due, bool unreachable = false);
    // The endpoint can be reached again: what could not reach it is due now.
    void hasten(time_point now);
    void put_back(retry_id id);
    // Over and done with: the next of its key may be tried.
    void settle(retry_id id);

    bool contains(retry_id id) const { return entries_.contains(id); }
    const entry& at(retry_id id) const { return entries_.at(id); }
    // Whether a later message of this key has to follow.
    bool holds(std::string_view key) const { return !key.empty() && keys_.contains(key); }
    // When take() may have something to give, if nothing else changes.
    std::optional<time_point> next_due() const;
    std::size_t size() const { return entries_.size(); }

  private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view t) const { return std::hash<std::string_view>{}(t); }
    };
    bool first_of_key(retry_id id, const entry& e) const;
    void offer(retry_id id);  // to take(), if it may be tried
    void withdraw(retry_id id);

    std::map<retry_id, entry> entries_;
    std::unordered_map<std::string, std::set<retry_id>, text_hash, std::equal_to<>> keys_;
    std::set<std::pair<time_point, retry_id>> due_;  // may be tried then
};

}  // namespace tidings::broadcaster
