// Errors as application/problem+json (RFC 9457).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message/response.hpp"

namespace tidings::http {

inline constexpr std::string_view problem_type = "application/problem+json";

struct field_error {
    std::string field;  // a JSON Pointer ("/title") or a parameter's name ("limit")
    std::string detail;
};

// `type` stays "about:blank"; `title` is the status' phrase; `detail` says what is wrong and how to correct it; never
// cached. `errors`: one entry per wrong field, as {"field": ..., "detail": ...}; may be empty. The response stays
// small: at most 20 entries, and 512 bytes per text.
content problem(unsigned status, std::string_view detail, const std::vector<field_error>& errors = {});

// Adds the member `request_id`, by which the log tells what happened. Pre: `r` is of problem(); `id` needs no escaping.
void name_request(content& r, std::string_view id);

// 503 with Retry-After.
content unavailable(std::string_view detail, unsigned retry_after_seconds = 1);

}  // namespace tidings::http
