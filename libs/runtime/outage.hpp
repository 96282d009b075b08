// When to report that something is unavailable and retried without end: on the first failure, for each new reason, and
// then at growing intervals, so that the log shows it whenever one looks and is not filled by it. Pure.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace tidings::runtime {

class outage {
  public:
    using time = std::chrono::steady_clock::time_point;

    // It has just failed for `reason`. True: report it now.
    bool failed(time now, const std::string& reason);
    // It works again. True when the outage had been reported.
    bool ended();
    std::chrono::milliseconds lasted(time now) const;  // 0 when nothing is unavailable

  private:
    std::vector<std::string> reported_;  // reasons, since the last repetition: of several servers each may have its own
    time since_{}, next_{};
    std::chrono::seconds interval_{};
};

}  // namespace tidings::runtime
