// Whether an ordered consumer still sees everything in order, and when it has to be created again. No I/O: time and
// chance are arguments.
#pragma once

#include <chrono>
#include <cstdint>

#include "runtime/task.hpp"

namespace tidings::bus {

class ordered_policy {
  public:
    // The server sends a heartbeat when it has had nothing else to send for this long. After three it counts as silent.
    static constexpr std::chrono::seconds heartbeat{2};

    // The consumer is created again: its sequences start over.
    void start(runtime::time_point now);  // or later: when the answer to its creation is due

    enum class verdict { wait, in_order, current, restart };
    // It exists: `pending` messages to deliver, `delivered` sent so far. `current`: all of them have arrived.
    verdict created(std::uint64_t pending, std::uint64_t delivered, runtime::time_point now);
    // A message; `sequence` counts the consumer's deliveries from 1. `in_order` and `current`: it is the next one; the
    // latter when it completes what was stored before. Messages that are missing restart the consumer once: when it
    // still delivers as many and no others, they are ones that nobody can receive (see connection::on_dropped), and it
    // goes on without them.
    verdict arrived(std::uint64_t sequence, std::uint64_t pending, runtime::time_point now);
    // A heartbeat after delivery `sequence`.
    verdict heartbeat_arrived(std::uint64_t sequence, runtime::time_point now);

    // Without a sign of life by then the consumer must be recreated.
    runtime::time_point silent_at() const { return last_sign_ + 3 * heartbeat; }
    // It could not be created: the pause before the next try. An answer that did not come was waited for: it may have
    // been given to a server that is down, and the next one goes to another perhaps.
    std::chrono::milliseconds failed(bool unanswered, double random);

  private:
    struct gap {
        std::uint64_t arrived, next;
        bool operator==(const gap&) const = default;
    };

    verdict complete();
    bool missing_again(std::uint64_t next);

    std::uint64_t arrived_ = 0;
    bool current_ = false;
    gap gap_{};  // the last one seen, before a restart
    unsigned failures_ = 0;
    runtime::time_point last_sign_;
};

}  // namespace tidings::bus
