// From outcomes to HTTP: the one place that knows which status belongs to what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/todo_json.hpp"
#include "api/todo_query.hpp"
#include "domain/errc.hpp"
#include "domain/todo_store.hpp"
#include "http/message/problem.hpp"

namespace tidings::todo_be {

unsigned status_of(errc e);
// Found only when the other to-dos were read: an error of that field all the same.
bool concerns_parent(errc e);
// The field of the to-do that an error of deciding is about, as a JSON Pointer; empty for the to-do as a whole.
std::string_view field_of(errc e);

// What is wrong, in a sentence for the client.
std::string text_of(const violation& v);

// problem+json, with an entry per violation; those of no field are part of the detail. `error` is of todo_category().
http::content refusal(const boost::system::error_code& error, const violations& wrong = {});

// 503 with Retry-After.
http::content try_later();

// 200 with ETag.
http::content todo_answer(const todo& t, const todo_json& json);
http::content todo_answer(std::string json, std::int64_t version);
// 201 with ETag and Location; the first answer again has Idempotent-Replayed as well.
http::content created_answer(create_outcome made, const todo_json& json, user_id owner);

// 200 with ETag and Idempotent-Replayed: what was answered first, of a kept_text().
http::content kept_answer(std::string_view text);
// 200, not to be kept by anybody; Idempotent-Replayed when it is a first answer again.
http::content unkept_answer(std::string json, bool replayed);
// 204.
http::content removed_answer(bool replayed);

// 304 with ETag: the client already has that version.
http::content not_modified(std::int64_t version);

// With the next page in `Link` and in `next`, if there is one. `total`: where it was asked for.
http::content page_answer(const todo_page& page, const listing& asked, std::optional<std::int64_t> total,
                          const todo_json& todos, user_id owner);

}  // namespace tidings::todo_be
