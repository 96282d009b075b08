// The answers to a batch.
#pragma once

#include <span>
#include <string>

#include "api/batch_body.hpp"
#include "api/todo_json.hpp"
#include "http/message/response.hpp"

namespace tidings::todo_be {

// {"results": [...]}: one for each operation, with the status that it would have alone, and its to-do or its problem.
// `written`: of those that were well-formed.
std::string batch_text(const batch& b, std::span<const write_result> written, const todo_json& json);

// 200 for an atomic batch, else 207 (RFC 4918, 11.1). `replayed`: it is the first answer again.
http::content batch_answer(const batch& b, std::string text, bool replayed);

// 409: the operation for which an atomic batch was not done.
http::content batch_refusal(const refused_write& refused);

}  // namespace tidings::todo_be
