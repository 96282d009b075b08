// Whether to ask somebody who may be failing: after some failures in a row not for a while, then once, to see. Pure.
#pragma once

#include <chrono>

namespace tidings::redis {

class circuit_breaker {
  public:
    using time = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    // Opens after `failures` in a row, for `first`, and for twice as long each time that the one try fails, at most
    // `longest`.
    circuit_breaker(unsigned failures, duration first, duration longest)
        : most_(failures), first_(first), longest_(longest) {}

    // Whether to ask now. One who is let in after a pause is the only one until its outcome is told.
    bool allows(time now);
    void succeeded();
    void failed(time now);

    bool open() const { return pause_ > duration::zero(); }

  private:
    unsigned most_;
    duration first_, longest_;
    unsigned failures_ = 0;  // in a row
    duration pause_{};       // the last one; zero: none
    time until_{};
    bool trying_ = false;  // one has been let in since
};

}  // namespace tidings::redis
