// Writes with an Idempotency-Key: the answer is kept in their commit, and given again.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "api/todo_json.hpp"
#include "domain/todo_store.hpp"
#include "http/message/request.hpp"

namespace tidings::todo_be {

// Nothing without a key. The request is told by its method, path, media type and bytes. Take it before the body is
// dropped. Fails with idempotency_key_invalid. `json` must outlive it.
result<std::optional<idempotency>> once_of(const http::request& r, const todo_json& json);
// The same with an answer of another kind.
result<std::optional<idempotency>> once_of(const http::request& r,
                                           std::function<std::string(std::span<const write_result>)> answer);

// What is kept of a change: the version and the to-do.
std::string kept_text(const todo& t, const todo_json& json);

struct kept_change {
    std::int64_t version;
    std::string_view json;  // of `text`
};
// Of a text of kept_text(); nothing of any other.
std::optional<kept_change> read_kept(std::string_view text);

}  // namespace tidings::todo_be
