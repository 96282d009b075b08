// A JSON Patch: whatever it is, the to-do that it makes keeps its rules, and it does nothing beyond bounds.
#include "api/todo_body.hpp"
#include "api/todo_json.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

namespace {

todo_be::todo sample() {
    todo_be::todo t;
    t.fields.title = "milk";
    t.fields.labels = {"a", "b"};
    t.fields.order = 1.5;
    return t;
}

}  // namespace

void check(std::string_view bytes) {
    static const todo_be::todo_json shown("/api/todos/");
    static const std::string current = shown.text(sample());
    todo_be::violations wrong;
    const auto patch = todo_be::read_json_patch(bytes, current, wrong);
    require(patch || !patch.error().message().empty(), "a refusal says why");
    require(!patch || wrong.empty(), "what is wrong is refused");
    for (const auto& w : wrong)
        require(!std::string_view(todo_be::describe(w.why)).empty(), "each mistake has a reason");
    if (!patch) return;
    const auto fields = todo_be::apply(*patch, sample().fields);
    const auto again = todo_be::read_fields(todo_be::canonical_json(fields), wrong);
    require(again && *again == fields, "a to-do survives the way out and in");
}

}  // namespace tidings::fuzz
