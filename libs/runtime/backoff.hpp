// Growing, jittered pauses between tries ("full jitter over the upper half"): after n failures a pause lies between
// half and the whole of min(first * 2^(n-1), longest), so that replicas that failed together do not retry together.
#pragma once

#include <chrono>

namespace tidings::runtime {

using milliseconds = std::chrono::milliseconds;

// `failures` >= 1; `random` in [0, 1) places the pause inside its range. Pure, so that tables can test it.
milliseconds backoff_pause(milliseconds first, milliseconds longest, unsigned failures, double random);

class backoff {
  public:
    // 0 < first <= longest.
    backoff(milliseconds first, milliseconds longest) : first_(first), longest_(longest) {}

    // The pause before the next try.
    milliseconds next();
    // Call after a success.
    void reset() { failures_ = 0; }
    unsigned failures() const { return failures_; }

  private:
    milliseconds first_;
    milliseconds longest_;
    unsigned failures_ = 0;
};

// Uniform in [0, 1); not for secrets.
double random_unit();

}  // namespace tidings::runtime
