// How fast an endpoint takes events, from what it took between ticks. Pure.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace tidings::broadcaster {

class delivery_pace {
  public:
    static constexpr std::chrono::milliseconds idle_after{250};

    // It took an event.
    void took() { ++taken_; }
    // To be called every now and then, `since` after the last time.
    void tick(std::chrono::nanoseconds since) {
        measured_for_ += since;
        if (measured_for_ < least_measured) return;
        const auto rate = static_cast<double>(taken_) / std::chrono::duration<double>(measured_for_).count();
        // One short stop says nothing.
        a_second_ = std::max(rate, a_second_ * 3 / 4);
        idle_for_ = std::exchange(taken_, 0) > 0 ? std::chrono::nanoseconds{} : idle_for_ + measured_for_;
        measured_for_ = {};
    }
    // The best of the last tenths of a second; the older, the less it counts.
    double a_second() const { return a_second_; }
    // Whether it took something lately.
    bool at_it() const { return idle_for_ < idle_after; }

  private:
    static constexpr std::chrono::milliseconds least_measured{40};

    std::uint64_t taken_ = 0;
    std::chrono::nanoseconds measured_for_{}, idle_for_{};
    double a_second_ = 0;
};

}  // namespace tidings::broadcaster
