// The outcome of one attempt to deliver a webhook, as far as the next step depends on it.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace tidings::broadcaster {

enum class outcome_kind {
    delivered,    // 2xx
    throttled,    // 429: the endpoint requests a pause
    busy,         // 503 with Retry-After: this message later; the endpoint too, if it says so of others
    unreachable,  // no response (connect, TLS, timeout, closed) or a gateway's 502, 503, 504
    rejected,     // any other response: 3xx (never followed), 4xx, 5xx
    gone,         // 410: the endpoint wants no more webhooks
    not_sent,     // something is short here: it says nothing of the endpoint
};

struct outcome {
    outcome_kind kind = outcome_kind::delivered;
    std::optional<std::chrono::milliseconds> retry_after;
};

// `status` 0: no response. `retry_after`: the raw header.
// `longest`: what a Retry-After is cut to.
outcome outcome_of(unsigned status, std::string_view retry_after, std::chrono::system_clock::time_point now,
                   std::chrono::milliseconds longest);

// Retry-After (RFC 9110, 10.2.3): seconds or an HTTP-date (text/http_date). At least 1 s; nothing when it is neither.
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                           std::chrono::system_clock::time_point now,
                                                           std::chrono::milliseconds longest);

}  // namespace tidings::broadcaster
