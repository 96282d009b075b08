// The publishes of a publisher that wait for their ack. Pure: time is an argument, handlers are returned, not called.
//
// They are numbered, and their deadlines follow the order of the numbers.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "bus/jetstream/publish_reply.hpp"
#include "runtime/task.hpp"

namespace tidings::bus {

class ack_ledger {
  public:
    using ack_handler = std::function<void(const publish_ack&)>;

    std::uint64_t next_number() const { return first_ + waiting_.size(); }
    std::size_t size() const { return open_; }

    // Whether the stream is not known to exist: until an ack has shown it, and again after a deadline was missed or the
    // link was lost. A publish then has to find out about missing responders.
    bool unproven() const { return unproven_; }

    // Gets next_number().
    void add(ack_handler on_ack, runtime::time_point due);
    // A reply to publish `number` has arrived; `acked`: from a stream, not a 503. Returns its handler; empty when it no
    // longer waits.
    ack_handler take(std::uint64_t number, bool acked);
    // When the ack of publish `number` was due, when it was missed lately.
    std::optional<runtime::time_point> missed(std::uint64_t number) const;
    // Those whose deadline has passed.
    std::vector<ack_handler> expire(runtime::time_point now);
    // All of them: the link is lost.
    std::vector<ack_handler> clear();
    // The earliest deadline, possibly of a publish that no longer waits.
    std::optional<runtime::time_point> next_due() const;

  private:
    struct waiting {
        ack_handler on_ack;  // empty: taken
        runtime::time_point due;
    };
    void drop_taken();

    std::deque<waiting> waiting_;
    std::deque<std::pair<std::uint64_t, runtime::time_point>> missed_;  // the latest
    std::uint64_t first_ = 0;                                           // the number of waiting_.front()
    std::size_t open_ = 0;
    bool unproven_ = true;
};

}  // namespace tidings::bus
