#include "domain/endpoint_health.hpp"

#include <algorithm>

#include "runtime/backoff.hpp"

namespace tidings::broadcaster {

std::string_view to_string(endpoint_state s) {
    switch (s) {
        case endpoint_state::healthy:
            return "healthy";
        case endpoint_state::paused:
            return "paused";
        case endpoint_state::disabled:
            return "disabled";
    }
    return "unknown";
}

endpoint_health::endpoint_health(const endpoint& e)
    : threshold_(e.failure_threshold), first_probe_(e.first_probe), longest_probe_(e.longest_probe) {}

milliseconds endpoint_health::probe_pause(double random) {
    return runtime::backoff_pause(first_probe_, longest_probe_, ++probes_, random);
}

void endpoint_health::pause(time_point now, double random) {
    if (state_ == endpoint_state::disabled) return;
    const auto due = now + probe_pause(random);
    state_ = endpoint_state::paused;
    probe_at_ = std::max(probe_at_, due);
}

void endpoint_health::note(const outcome& o, time_point now, double random) {
    if (o.kind == outcome_kind::gone) state_ = endpoint_state::disabled;
    if (state_ == endpoint_state::disabled) return;
    if (o.kind == outcome_kind::delivered) {
        state_ = endpoint_state::healthy;
        failures_ = probes_ = 0;
        probe_at_ = {};
        return;
    }
    ++failures_;
    // Attempts that were under way when the endpoint was paused tell nothing new: only a probe lengthens the pause.
    const bool stray = state_ == endpoint_state::paused && now < probe_at_;
    if (o.kind == outcome_kind::throttled && o.retry_after) {
        state_ = endpoint_state::paused;
        probe_at_ = std::max(probe_at_, now + *o.retry_after);
    } else if (!stray &&
               (o.kind == outcome_kind::throttled || state_ == endpoint_state::paused || failures_ >= threshold_)) {
        pause(now, random);
    }
}

}  // namespace tidings::broadcaster
