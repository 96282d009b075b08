// One attempt to deliver a webhook, as it is written down.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

namespace tidings::broadcaster {

struct attempt_record {
    std::string_view endpoint;
    std::string_view event_id;
    std::uint64_t attempt = 1;
    unsigned status = 0;       // 0: no answer
    std::string_view outcome;  // the metric's label
    std::string_view reason;   // for people; empty when delivered
    std::chrono::steady_clock::duration took{};
};

// Writes it down some time later; never holds up a delivery.
using record_attempt = std::function<void(const attempt_record&)>;

}  // namespace tidings::broadcaster
