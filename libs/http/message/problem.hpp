// Errors as application/problem+json (RFC 9457).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "http/message/response.hpp"

namespace tidings::http {

struct field_error {
    std::string field;  // a JSON Pointer ("/title") or a parameter's name ("limit")
    std::string detail;
};

// `type` stays "about:blank"; `title` is the status' own phrase; `detail` says what is wrong and how to correct it; no
// cache keeps it. `errors`: one entry per wrong field, as {"field": ..., "detail": ...}; may be empty. However much was
// wrong, the response stays small: 20 entries, and no text of more than 512 bytes.
content problem(unsigned status, std::string_view detail, const std::vector<field_error>& errors = {});

// 503 with Retry-After.
content unavailable(std::string_view detail, unsigned retry_after_seconds = 1);

}  // namespace tidings::http
