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

endpoint_health::endpoint_health(const endpoint& e) {
    change(e);
    if (!e.enabled) state_ = endpoint_state::disabled;
}

void endpoint_health::change(const endpoint& e) {
    threshold_ = e.failure_threshold;
    first_probe_ = e.first_probe;
    longest_probe_ = e.longest_probe;
}

void endpoint_health::pause(time_point now, double random) {
    const auto due = now + runtime::backoff_pause(first_probe_, longest_probe_, ++probes_, random);
    state_ = endpoint_state::paused;
    probe_at_ = std::max(probe_at_, due);
}

void endpoint_health::note(const outcome& o, bool first_attempt, time_point now, double random) {
    if (o.kind == outcome_kind::gone) state_ = endpoint_state::disabled;
    if (state_ == endpoint_state::disabled || o.kind == outcome_kind::not_sent) return;
    // Attempts in progress when the pause began tell nothing new: only a probe ends or extends it.
    const bool stray = state_ == endpoint_state::paused && now < probe_at_;
    if (o.kind == outcome_kind::delivered) {
        if (stray && asked_) return;  // a success from before does not take back "429, Retry-After"
        state_ = endpoint_state::healthy;
        failures_ = probes_ = 0;
        asked_ = false;
        busy_for_ = {};
        probe_at_ = {};
        return;
    }
    const bool may_be_its_own = o.kind == outcome_kind::rejected || o.kind == outcome_kind::busy;
    if (!may_be_its_own || first_attempt) ++failures_;
    if (o.kind == outcome_kind::busy && first_attempt)
        busy_for_ = {std::max(busy_for_[0], *o.retry_after),
                     std::max(busy_for_[1], std::min(busy_for_[0], *o.retry_after))};
    if (o.kind == outcome_kind::throttled && o.retry_after) {
        state_ = endpoint_state::paused;
        asked_ = true;
        probe_at_ = std::max(probe_at_, now + *o.retry_after);
    } else if (!stray &&
               (o.kind == outcome_kind::throttled || state_ == endpoint_state::paused || failures_ >= threshold_)) {
        const bool probe = state_ == endpoint_state::paused;
        pause(now, random);
        // A probe may be a message that is refused for what it is: it is believed as far as others have said.
        if (o.kind == outcome_kind::busy && (first_attempt || probe))
            probe_at_ =
                std::max(probe_at_, now + (first_attempt ? *o.retry_after : std::min(*o.retry_after, busy_for_[1])));
    }
}

}  // namespace tidings::broadcaster
