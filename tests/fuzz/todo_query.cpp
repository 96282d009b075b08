// The query of the list, its cursor, and the conditional headers. Lines: query, If-Match, If-None-Match, Content-Type,
// Idempotency-Key.
#include "api/todo_query.hpp"

#include "api/todo_headers.hpp"
#include "fuzz/fuzz.hpp"
#include "http/message/target.hpp"

namespace tidings::fuzz {

namespace {

void check_list_query(std::string_view text) {
    http::request r;
    r.target = "/api/todos?" + std::string(text);
    if (!http::parse_target(r)) return;
    todo_be::violations wrong;
    const auto q = todo_be::read_list_query(r.query, wrong);
    require(q.has_value() == wrong.empty(), "a refusal names the parameters");
    for (const auto& w : wrong)
        require(!std::string_view(todo_be::describe(w.why)).empty(), "a refusal says why");
    if (!q) return;
    http::request same;
    same.target = "/api/todos?limit=" + todo_be::canonical(*q);
    require(http::parse_target(same), "the canonical form is a query");
    const auto again = todo_be::read_list_query(same.query, wrong);
    require(again && todo_be::canonical(*again) == todo_be::canonical(*q), "a cursor survives the way out and in");
}

}  // namespace

void check(std::string_view bytes) {
    check_list_query(next_part(bytes));
    http::request r;
    for (const char* name : {"if-match", "if-none-match", "content-type", "idempotency-key"})
        r.headers.emplace_back(name, next_part(bytes));
    const auto precondition = todo_be::read_precondition(r);
    require(precondition || !precondition.error().message().empty(), "a refusal says why");
    const auto type = todo_be::check_media_type(r, true);
    require(type || !type.error().message().empty(), "a refusal says why");
    const auto key = todo_be::read_idempotency_key(r);
    require(key ? key->size() <= 255 : !key.error().message().empty(), "a key that fits, or the reason");
}

}  // namespace tidings::fuzz
