// After a failed connect: who may try again, and when. An absent server is not hammered, and callers get their error
// quickly. Pure.
#pragma once

#include <optional>

#include "pg/error.hpp"
#include "runtime/backoff.hpp"
#include "runtime/task.hpp"

namespace tidings::pg {

class reconnect_policy {
  public:
    using time_point = runtime::time_point;

    // What a caller that needs a new connection fails with now: the last failure, during the pause after it and while
    // another caller is on its trial. Null: it may connect.
    const error* refusal(time_point now) const;

    // A connect begins. True: it is the one trial after a failure, and end_trial() follows.
    bool begin();
    void end_trial() { trying_ = false; }

    // Several connects that fail together count once: one pause, 100 ms at first, 2 s at most.
    void failed(const error& why, time_point now);
    void succeeded();

  private:
    std::optional<error> last_failure_;  // of the last connect; none after a success
    time_point retry_at_;
    bool trying_ = false;
    runtime::backoff pause_{std::chrono::milliseconds(100), std::chrono::milliseconds(2'000)};
};

}  // namespace tidings::pg
