// Whether an endpoint is delivered to, as its backlog shows. Pure.
#pragma once

#include <chrono>
#include <cstdint>

namespace tidings::broadcaster {

struct backlog_now {
    std::uint64_t waiting = 0;                    // messages
    std::chrono::milliseconds oldest{0};          // age of the oldest that was not read yet or is in hand
    std::chrono::milliseconds since_delivery{0};  // since the last one, or since this process delivers to the endpoint
};

// It had something to deliver for longer than an attempt may take, and some, and delivered nothing.
inline bool stalled(const backlog_now& b, std::chrono::milliseconds timeout_of_attempt) {
    const auto patience = timeout_of_attempt + std::chrono::seconds(5);
    return b.waiting > 0 && b.oldest > patience && b.since_delivery > patience;
}

}  // namespace tidings::broadcaster
