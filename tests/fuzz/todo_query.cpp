// The query of the list, its cursor, and the conditional headers. Lines: query, If-Match, If-None-Match, Content-Type,
// Idempotency-Key.
#include "api/todo_query.hpp"

#include "api/todo_body.hpp"
#include "fuzz/fuzz.hpp"
#include "http/target.hpp"

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
    r.headers = {{"if-match", std::string(next_part(bytes))}, {"if-none-match", std::string(next_part(bytes))}};
    static_cast<void>(todo_be::read_precondition(r));
    todo_be::media_type_fits(next_part(bytes), true);
    todo_be::idempotency_key_fits(next_part(bytes));
}

}  // namespace tidings::fuzz
