#include "domain/todo_patch.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_be;
using namespace std::chrono_literals;
using tidings::ids::timestamp;

namespace {

todo_fields milk(bool done = false) {
    todo_fields f;
    f.title = "milk";
    f.done = done;
    return f;
}

timestamp at(std::chrono::microseconds us) { return timestamp(us); }

}  // namespace

TEST_CASE("one change is one event of the most important type") {
    struct change_case {
        const char* what;
        todo_fields before;
        todo_patch patch;
        std::optional<change> expected;
    };
    todo_patch nothing, same_title, title, finish, finish_and_title, reopen, order, no_order, labels;
    same_title.title = "milk";
    title.title = "bread";
    finish.done = true;
    finish_and_title.done = true;
    finish_and_title.title = "bread";
    reopen.done = false;
    order.order.emplace(7);
    no_order.order.emplace(std::nullopt);
    labels.labels = std::vector<std::string>{"home"};
    const change_case cases[] = {
        {"an empty patch", milk(), nothing, std::nullopt},
        {"the same title", milk(), same_title, std::nullopt},
        {"done already", milk(true), finish, std::nullopt},
        {"no order already", milk(), no_order, std::nullopt},
        {"a new title", milk(), title, change::updated},
        {"an order", milk(), order, change::updated},
        {"labels", milk(true), labels, change::updated},
        {"done", milk(), finish, change::completed},
        {"done with a new title", milk(), finish_and_title, change::completed},
        {"open again", milk(true), reopen, change::reopened},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        CHECK(change_between(c.before, apply(c.patch, c.before)) == c.expected);
    }
}

TEST_CASE("a replacement sets every field") {
    auto before = milk(true);
    before.order = 3;
    before.labels = {"a"};
    before.priority = priority::high;
    CHECK(apply(replace_with(milk()), before) == milk());
}

TEST_CASE("done_at follows done, and the version counts up") {
    const auto first = new_todo(milk(), at(10us));
    CHECK(first.version == 1);
    CHECK_FALSE(first.done_at);
    const auto done = next_version(first, milk(true), at(20us));
    CHECK(done.version == 2);
    CHECK(done.done_at == at(20us));
    CHECK(done.created_at == at(10us));
    auto renamed_fields = milk(true);
    renamed_fields.title = "bread";
    const auto renamed = next_version(done, renamed_fields, at(30us));
    CHECK(renamed.done_at == at(20us));
    CHECK(renamed.updated_at == at(30us));
    CHECK_FALSE(next_version(renamed, milk(), at(40us)).done_at);
    CHECK(new_todo(milk(true), at(5us)).done_at == at(5us));
}

TEST_CASE("time does not go backwards when another replica's clock is ahead") {
    const auto ahead = new_todo(milk(), at(100us));
    const auto next = next_version(ahead, milk(true), at(40us));
    CHECK(next.updated_at == at(100us));
    CHECK(next.done_at == at(100us));
}

TEST_CASE("expected versions are compared") {
    CHECK(allows(std::nullopt, 4));
    CHECK(allows(std::vector<std::int64_t>{3, 4}, 4));
    CHECK_FALSE(allows(std::vector<std::int64_t>{3}, 4));
    CHECK_FALSE(allows(std::vector<std::int64_t>{}, 4));
}
