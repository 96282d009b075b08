// The body of a request of todo-be: what is accepted is a to-do that can be written and read again.
#include "api/todo_body.hpp"

#include "api/todo_json.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

template <class Result>
void check_refusal(const Result& r, const todo_be::violations& wrong) {
    require(r || !r.error().message().empty(), "a refusal says why");
    require(!r || wrong.empty(), "what is wrong is refused");
    for (const auto& w : wrong)
        require(!std::string_view(todo_be::describe(w.why)).empty(), "each mistake has a reason");
}

}  // namespace

void check(std::string_view bytes) {
    todo_be::violations wrong;
    check_refusal(todo_be::read_patch(bytes, wrong), wrong);
    wrong.clear();
    const auto replacement = todo_be::read_replacement(bytes, {}, wrong);
    check_refusal(replacement, wrong);
    wrong.clear();
    const auto fields = todo_be::read_fields(bytes, wrong);
    check_refusal(fields, wrong);
    if (!fields) return;
    require(!fields->title.empty() && fields->labels.size() <= todo_be::most_labels &&
                fields->notes.size() <= todo_be::longest_notes,
            "a to-do keeps its rules");
    const auto again = todo_be::read_fields(todo_be::canonical_json(*fields), wrong);
    require(again && *again == *fields, "a to-do survives the way out and in");
}

}  // namespace tidings::fuzz
