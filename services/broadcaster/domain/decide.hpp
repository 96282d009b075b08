// What becomes of a message after an attempt: the one place where Tidings decides to retry, to stop trying, or to wait.
#pragma once

#include <chrono>
#include <cstdint>

#include "domain/endpoint_health.hpp"
#include "domain/outcome.hpp"

namespace tidings::broadcaster {

enum class action {
    done,         // delivered
    retry,        // this message again, after `delay`, while others go on
    release,      // it stays where it is: the endpoint is paused or disabled, or we are at fault, not the message
    dead_letter,  // its attempts are used up
};

struct decision {
    broadcaster::action action = action::done;
    milliseconds delay{0};     // for retry and release
    bool unreachable = false;  // retry: the endpoint could not be reached, so that it may be sooner, when it can
};

// The message's own history. `attempt` counts deliveries, this one included. A delivery cut short by a pause or a crash
// counts as well, so giving up also requires that the whole schedule has elapsed since the event was stored (`age`).
struct message_history {
    std::uint64_t attempt = 1;
    milliseconds age{0};
};

// `health` is the endpoint's after it took in `o`. `random` in [0, 1) spreads the retries (up to a fifth later).
decision decide(const outcome& o, const message_history& m, const endpoint_health& health, const endpoint& e,
                std::chrono::steady_clock::time_point now, double random);

}  // namespace tidings::broadcaster
