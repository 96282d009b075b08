// Whether an endpoint that lags falls further behind: then it is not held back for others, or it would never come back.
// Pure: time is an argument.
#pragma once

#include <chrono>
#include <cstdint>

namespace tidings::broadcaster {

class lag_trend {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr std::chrono::seconds period{5};  // between two looks; for so long a verdict holds

    // `behind`: how many events of the stream, now. To be called every now and then while it lags and is healthy.
    bool grows(std::uint64_t behind, time_point now);
    // It lags no more, or cannot be delivered to.
    void reset() { *this = {}; }

  private:
    time_point looked_at_{};
    std::uint64_t behind_ = 0;
    bool grows_ = false;
};

}  // namespace tidings::broadcaster
