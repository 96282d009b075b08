// The messages of one endpoint that wait in stream WEBHOOK_RETRIES: which of them may be tried when, and which keys are
// held up. With an order to keep, only the first message of a key is tried; its successors follow it here. Pure; the
// rules are those of tests/model/retries.pml. A message takes less than 100 bytes, whatever its key.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/retry_id.hpp"
#include "domain/retry_records.hpp"

namespace tidings::broadcaster {

class retry_queue {
  public:
    // Wall clock: it is written down, and read by other processes. Kept in milliseconds.
    using time_point = std::chrono::system_clock::time_point;
    static std::int64_t milliseconds_of(time_point t) {
        return std::chrono::ceil<std::chrono::milliseconds>(t).time_since_epoch().count();
    }
    static time_point time_of(std::int64_t ms) { return time_point(std::chrono::milliseconds(ms)); }

    struct entry {
        std::uint64_t stored = 0;    // its sequence in WEBHOOK_RETRIES; 0: not there yet
        std::uint64_t attempts = 0;  // made so far
        time_point due{};
        std::string key;            // empty: no order to keep
        bool busy = false;          // being stored or tried
        bool unreachable = false;   // the last attempt did not reach the endpoint
        std::uint32_t bytes = 0;    // of the message, as far as known
        std::int64_t event_ns = 0;  // when the source stream stored its event; 0: not known
    };

    // It moves here: until stored() it is busy. Pre: not contained.
    void hold(retry_id id, std::string_view key, std::uint64_t attempts, time_point due, std::uint32_t bytes = 0);
    // The stream has it (again) as message `stored`; a later one than before.
    void stored(retry_id id, std::uint64_t stored);
    // Found in the stream, written by an owner before us: new, or later than what is known of it.
    void found(retry_id id, const entry& e);

    // Which one to try now: the first of its key, due, not busy, and below `passed` unless of another incarnation (an
    // endpoint that has not read so far may still have it in its stream). It is busy then.
    std::optional<retry_id> take(time_point now, retry_id passed);
    // Tried, to be tried again at `due`; busy until stored(), unless nothing is to be written.
    void again(retry_id id, std::uint64_t attempts, time_point due, bool unreachable = false);
    // Pre: busy. From now on it is the message of this event.
    void becomes(retry_id id, std::int64_t event_ns);
    // The endpoint can be reached again: what could not reach it is due now.
    void hasten(time_point now);
    // It stays as it is: in the stream, or in hand while that has no room.
    void put_back(retry_id id);
    // Not to be given by take() now: busy. Pre: it is not.
    void withhold(retry_id id);
    // Over and done with: the next of its key may be tried.
    void settle(retry_id id);

    bool contains(retry_id id) const { return records_.find(id) != none; }
    // Of the event that was stored at that time: a source stream that lost its end has given its numbers to others
    // since. Where a time is not known, it is that one.
    bool contains(retry_id id, std::int64_t event_ns) const;
    static bool is_same(std::int64_t event_ns, std::int64_t other_ns);
    // Pre: contained.
    std::uint64_t stored_as(retry_id id) const { return records_[records_.find(id)].stored; }
    std::uint64_t attempts(retry_id id) const { return records_[records_.find(id)].attempts; }
    std::uint32_t bytes(retry_id id) const { return records_[records_.find(id)].bytes; }
    bool unreachable(retry_id id) const { return records_[records_.find(id)].unreachable; }
    time_point due(retry_id id) const { return time_point(std::chrono::milliseconds(records_[records_.find(id)].due)); }
    // Whether a later message of this key has to follow.
    bool holds(std::string_view key) const;
    // When take() may have something to give, if nothing else changes.
    std::optional<time_point> next_due() const;
    // Some are due that the endpoint may still read from its stream: take() may have them once it has read on.
    bool waits_for_reader() const { return !parked_.empty(); }
    std::size_t size() const { return records_.size(); }

  private:
    using slot = retry_records::slot;
    static constexpr slot none = retry_records::none;

    slot at(retry_id id) const;  // throws when it is not there
    void offer(slot s);          // to take(), if it may be tried
    void withdraw(slot s);
    // The heap of those that may be tried, by due.
    bool earlier(slot a, slot b) const;
    void place(std::size_t at, slot s);
    void rise(std::size_t at);
    void sink(std::size_t at);
    void unpark(retry_id passed);

    retry_records records_;
    std::vector<slot> heap_;
    // Due, and perhaps not read yet; the lowest first. What is not of those any more is skipped.
    std::vector<retry_id> parked_;
    std::uint32_t parked_of_ = 0;  // the incarnation that was being read
};

}  // namespace tidings::broadcaster
