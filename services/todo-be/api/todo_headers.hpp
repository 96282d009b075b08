// The headers of requests to the to-do routes: conditions, Idempotency-Key, media types.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/todo_patch.hpp"
#include "http/message/request.hpp"

namespace tidings::todo_be {

// The ETag of a version, with its quotes.
std::string etag_of(std::int64_t version);

// If-Match (RFC 9110, 13.1.1). Absent or "*": any version. Weak or foreign tags match nothing. Fails with
// if_match_invalid.
result<expected_versions> read_if_match(const std::optional<std::string>& header);

// If-None-Match (13.1.2): nothing when absent. Here a weak tag means the same as the strong one. Fails with
// if_none_match_invalid.
result<std::optional<expected_versions>> read_if_none_match(const std::optional<std::string>& header);

// Both conditional headers.
result<precondition> read_precondition(const http::request& r);

// Empty when there is none. Fails with idempotency_key_invalid unless it is one line of 1..255 printable ASCII
// characters.
result<std::string> read_idempotency_key(const http::request& r);

// Content-Type and Content-Encoding. Fails with content_type_repeated, media_type_unsupported, content_coding_refused.
result<> check_media_type(const http::request& r, bool patch);
// Whether the body is said to be a JSON Patch (RFC 6902).
bool is_json_patch(const http::request& r);

}  // namespace tidings::todo_be
