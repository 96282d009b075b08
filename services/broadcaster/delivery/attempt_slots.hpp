// How many attempts of all endpoints are under way, each on a connection of its own. Each endpoint may always have one;
// the more there are, the fewer may be of one endpoint: those that hang leave connections to the others. While this
// process does as much as it can, more of them would only take longer, and memory: then there are fewer. It begins with
// few: thousands at once would all be answered late.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace tidings::broadcaster {

class attempt_slots {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    static constexpr std::size_t share_of_free = 4;  // one endpoint may have this part of what is left
    static constexpr std::size_t enough = 256;       // to keep this process at work all the time

    // Half of the descriptors that the process may have, and no more than 4,096.
    attempt_slots();
    explicit attempt_slots(std::size_t most) : most_(most), now_(std::min(most, enough)) {}

    // Whether an endpoint with `own` under way may begin another.
    bool free(std::size_t own) const { return own == 0 || own < (now_ - std::min(now_, under_way_)) / share_of_free; }
    // `load`: the part of the time, lately, in which this process was at work. To be called every now and then.
    void adapt(double load, time_point now);
    bool limited() const { return now_ < most_; }
    // Whatever waited until then may have waited for its turn.
    time_point limited_until() const { return limited_until_; }
    // How long an answer takes on the average, lately, of all endpoints that answer.
    duration usual_answer() const { return usual_answer_; }
    void begin() { ++under_way_; }
    void end(std::size_t attempts = 1) { under_way_ -= attempts; }
    void answered(duration took) { ++answers_, answers_took_ += took; }
    std::size_t under_way() const { return under_way_; }

  private:
    std::size_t most_, now_;
    std::size_t under_way_ = 0;
    time_point limited_until_{};
    std::int64_t answers_ = 0;  // since adapt()
    duration answers_took_{}, usual_answer_{};
};

}  // namespace tidings::broadcaster
