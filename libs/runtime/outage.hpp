// When to tell of something that is away and dialled again for ever: at once, at each new reason, and then at growing
// intervals, so that a log shows it however late one looks and is not filled by it. Pure.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tidings::runtime {

class outage {
  public:
    using time = std::chrono::steady_clock::time_point;

    // It has just failed for `reason`. True: to be told now.
    bool failed(time now, const std::string& reason);
    // It works again. True when the outage had been told of.
    bool ended();
    std::chrono::milliseconds lasted(time now) const;  // 0 when nothing is away

  private:
    std::vector<std::string> told_;  // reasons, since the last repetition: of several servers each may have its own
    time since_{}, next_{};
    std::chrono::seconds interval_{};
};

}  // namespace tidings::runtime
