// Query parameters and conditional headers of the to-do routes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/todo_patch.hpp"
#include "domain/todo_store.hpp"
#include "http/message.hpp"

namespace tidings::todo_be {

// ?limit=1..100&cursor=...&done=true|false, each optional. Fails with query_invalid and `wrong` filled.
result<list_query> read_list_query(const std::vector<std::pair<std::string, std::string>>& query, violations& wrong);

// One text for each query that means the same: "20", "20&done=true".
std::string canonical(const list_query& q);

// The ETag of a version, with its quotes.
std::string etag_of(std::int64_t version);

// If-Match (RFC 9110, 13.1.1). Empty or "*": any version. Weak or foreign tags match nothing.
expected_versions read_if_match(std::string_view header);

// If-None-Match (13.1.2): nothing when empty. Here a weak tag means the same as the strong one.
std::optional<expected_versions> read_if_none_match(std::string_view header);

// The value of a header that is a list, its lines joined (RFC 9110, 5.3); empty when absent. `name` in lower case.
std::string joined_header(const http::request& r, std::string_view name);

// Both conditional headers.
precondition read_precondition(const http::request& r);

// 1..255 printable ASCII characters; empty (none given) is fine too.
bool idempotency_key_fits(std::string_view key);

}  // namespace tidings::todo_be
