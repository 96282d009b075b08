// The time that is left for a run, and the pauses between its tries.
#pragma once

#include <chrono>
#include <string_view>

#include "runtime/backoff.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_cron {

class retry_time {
  public:
    // Counts from now.
    retry_time(std::chrono::milliseconds total, std::chrono::milliseconds first, std::chrono::milliseconds longest);

    // The deadline of one request that may usually take `usual`: no more than what is left, at least 1 ms.
    std::chrono::milliseconds limit(std::chrono::milliseconds usual) const;

    // Sleeps before the next try: the growing, jittered pause, or what Retry-After asks for when that is longer. False,
    // immediately, when the run would be over before that.
    runtime::task<bool> pause(std::string_view retry_after);

    // After a success: the next failure starts with a short pause again.
    void reset() { backoff_.reset(); }

  private:
    std::chrono::milliseconds left() const;

    runtime::time_point end_;
    runtime::backoff backoff_;
};

}  // namespace tidings::todo_cron
