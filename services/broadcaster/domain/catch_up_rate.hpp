// How fast endpoints that lag may catch up while others are live: this process and nats-server would be at work all the
// time for them, and each live event would wait its turn. So they leave it most of the time as long as others have
// events, and go few at a time. Pure: time is an argument.
#pragma once

#include <chrono>
#include <cstdint>

namespace tidings::broadcaster {

class catch_up_rate {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    static constexpr double wanted_load = 0.25;  // of this process, while others are live
    static constexpr double least = 1'000;       // attempts a second, whatever the load

    // To be called every now and then: how many attempts began on catching up shows in allow(). `load`: the part of
    // the time since then in which this process was at work; `live`: others had events.
    void adapt(double load, bool live, time_point now);
    bool limits() const { return per_second_ > 0; }
    // Whether an attempt may begin now; if so it is counted. If not: ask again after pause().
    bool allow(time_point now);
    duration pause() const;

  private:
    double per_second_ = 0;  // 0: any number
    double left_ = 0;
    std::uint64_t begun_ = 0;  // since adapt()
    time_point filled_{}, adapted_{};
};

}  // namespace tidings::broadcaster
