// Tells whether this process stood still: it was stopped, or had no core. What others have not done meanwhile they
// could not show. A process that is a little late time after time is merely busy. Pure.
#pragma once

#include <chrono>

namespace tidings::broadcaster {

class standstill {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // From `now` on `tick` is called at least so often, as long as nothing stands still.
    standstill(std::chrono::milliseconds period, time_point now) : period_(period), last_(now) {}

    void tick(time_point now);
    // Since when it has been running; the earliest time if it always has.
    time_point awake_since() const { return awake_since_; }

  private:
    static constexpr int far = 5;  // periods: nobody is so busy

    std::chrono::milliseconds period_;
    time_point last_, awake_since_{};
    bool was_late_ = false;
};

}  // namespace tidings::broadcaster
