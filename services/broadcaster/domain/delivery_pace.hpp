// How fast an endpoint takes events, from what it took between ticks. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace tidings::broadcaster {

class delivery_pace {
  public:
    // Whoever took something so few ticks ago is at it.
    static constexpr int idle_ticks = 5;

    // It took an event.
    void took() { ++taken_; }
    // To be called every now and then, `since` after the last time.
    void tick(std::chrono::nanoseconds since) {
        const auto rate = static_cast<double>(taken_) / std::max(1e-3, std::chrono::duration<double>(since).count());
        // One short stop says nothing.
        a_second_ = std::max(rate, a_second_ * 3 / 4);
        ticks_without_ = std::exchange(taken_, 0) > 0 ? 0 : ticks_without_ + 1;
    }
    // The best of the last ticks; the older, the less it counts.
    double a_second() const { return a_second_; }
    bool at_it() const { return ticks_without_ < idle_ticks; }

  private:
    std::uint64_t taken_ = 0;  // since the last tick
    double a_second_ = 0;
    int ticks_without_ = 0;
};

}  // namespace tidings::broadcaster
