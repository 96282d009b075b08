// Failures are tracked per endpoint: after several in a row, or when it requests a pause, the endpoint gets only one
// probe at a time, on a growing, jittered schedule; one success resumes normal delivery.
//
// Pure: time and randomness are arguments.
#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include "domain/endpoint.hpp"
#include "domain/outcome.hpp"

namespace tidings::broadcaster {

enum class endpoint_state { healthy = 0, paused = 1, disabled = 2 };
std::string_view to_string(endpoint_state s);

class endpoint_health {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // Disabled, when the endpoint is.
    explicit endpoint_health(const endpoint& e);
    // The endpoint has other settings: what is known of it stays.
    void change(const endpoint& e);

    // Takes in the outcome of an attempt. `first_attempt`: of its message; a message that is rejected again and again
    // says something about itself, not about the endpoint, and counts once; so does one that is answered with 503 and
    // Retry-After. `random` in [0, 1) jitters the pause.
    void note(const outcome& o, bool first_attempt, time_point now, double random);

    endpoint_state state() const { return state_; }
    // While paused: when the next probe is due.
    time_point probe_at() const { return probe_at_; }
    bool probe_due(time_point now) const { return state_ == endpoint_state::paused && now >= probe_at_; }
    unsigned consecutive_failures() const { return failures_; }

  private:
    void pause(time_point now, double random);

    std::uint64_t threshold_ = 1;
    milliseconds first_probe_{};
    milliseconds longest_probe_{};
    endpoint_state state_ = endpoint_state::healthy;
    unsigned failures_ = 0;  // in a row
    unsigned probes_ = 0;    // failed ones since the endpoint was last healthy
    bool asked_ = false;     // the endpoint itself requested the pause
    // The two longest that first attempts were told by 503, since a success: one message alone is not believed.
    std::array<std::chrono::milliseconds, 2> busy_for_{};
    time_point probe_at_{};
};

}  // namespace tidings::broadcaster
