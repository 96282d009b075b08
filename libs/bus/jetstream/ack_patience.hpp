// How long a publisher waits for an ack: longer for a while after acks came too late, or the same would be published
// for ever. Pure.
#pragma once

#include <algorithm>
#include <chrono>

#include "runtime/task.hpp"

namespace tidings::bus {

class ack_patience {
  public:
    static constexpr std::chrono::milliseconds longest{20'000}, kept_for{60'000};

    explicit ack_patience(std::chrono::milliseconds usual) : usual_(usual), now_(usual) {}

    // The deadline of what is published at `t`; never before that of what was published earlier.
    runtime::time_point due(runtime::time_point t) {
        if (t >= until_) now_ = usual_;
        return last_ = std::max(last_, t + now_);
    }
    // An ack has come that was due then.
    void late(runtime::time_point was_due, runtime::time_point t) {
        const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(t - was_due) + usual_;
        now_ = std::max(now_, std::min(took * 2, longest));
        until_ = t + kept_for;
    }

  private:
    std::chrono::milliseconds usual_, now_;
    runtime::time_point until_{}, last_{};
};

}  // namespace tidings::bus
