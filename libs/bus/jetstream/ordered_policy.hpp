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
    void start(runtime::time_point now);

    enum class verdict { wait, in_order, current, restart };
    // It exists: `pending` messages to deliver, `delivered` sent so far. `current`: all of them have arrived.
    verdict created(std::uint64_t pending, std::uint64_t delivered, runtime::time_point now);
    // A message; `sequence` counts the consumer's deliveries from 1. `in_order` and `current`: it is the next one; the
    // latter when it completes what was stored before.
    verdict arrived(std::uint64_t sequence, std::uint64_t pending, runtime::time_point now);
    // A heartbeat after delivery `sequence`.
    verdict heartbeat_arrived(std::uint64_t sequence, runtime::time_point now);

    // Without a sign of life by then the consumer must be recreated.
    runtime::time_point silent_at() const { return last_sign_ + 3 * heartbeat; }
    // It could not be created: the pause before the next try.
    std::chrono::milliseconds failed(double random);

  private:
    verdict complete();

    std::uint64_t arrived_ = 0;
    bool current_ = false;
    unsigned failures_ = 0;
    runtime::time_point last_sign_;
};

}  // namespace tidings::bus
