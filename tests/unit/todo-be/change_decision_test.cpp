#include "store/read/todo_rows.hpp"
#include "store/write/change_statement.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

const self_link here{"/api/todos/"};

todo milk() {
    todo_fields f;
    f.title = "milk";
    return new_todo(f, tidings::ids::now());
}

}  // namespace

TEST_CASE("a change to a to-do that is not there") {
    change_write w(write_kind::update, milk().id);
    CHECK_FALSE(decide(w, std::nullopt, here, tidings::ids::now()));
    CHECK(w.settled);
    CHECK(w.refused == errc::not_found);
}

TEST_CASE("a change that expects another version") {
    const auto current = milk();
    change_write w(write_kind::remove, current.id);
    w.expected.match = std::vector<std::int64_t>{7};
    CHECK_FALSE(decide(w, current, here, tidings::ids::now()));
    CHECK(w.refused == errc::version_mismatch);
}

TEST_CASE("what a change may be conditional on") {
    struct condition_case {
        const char* what;
        precondition p;
        bool allowed;
    };
    using list = std::vector<std::int64_t>;
    const condition_case cases[] = {
        {"nothing", {}, true},
        {"the current version", {list{1, 3}, std::nullopt}, true},
        {"another version", {list{1, 2}, std::nullopt}, false},
        {"none at all", {std::nullopt, expected_versions()}, false},
        {"not the current version", {std::nullopt, list{3}}, false},
        {"not another version", {std::nullopt, list{2}}, true},
        {"both", {list{3}, list{3}}, false},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        CHECK(allows(c.p, 3) == c.allowed);
    }
}

TEST_CASE("a patch that changes nothing answers the to-do and has no event") {
    const auto current = milk();
    change_write w(write_kind::update, current.id);
    w.patch.title = "milk";
    CHECK_FALSE(decide(w, current, here, tidings::ids::now()));
    CHECK(w.settled);
    CHECK(w.event.payload.empty());
    CHECK(w.answer.version == 1);
    CHECK(w.answer.json.find("\"milk\"") != std::string::npos);
}

TEST_CASE("a patch makes the next version and its event") {
    const auto current = milk();
    change_write w(write_kind::update, current.id);
    w.patch.done = true;
    const auto next = decide(w, current, here, tidings::ids::now());
    REQUIRE(next);
    CHECK_FALSE(w.settled);
    CHECK(next->version == 2);
    CHECK(w.event.type == "io.tidings.todo.completed.v1");
    CHECK(w.event.payload.find("\"previous\":{") != std::string::npos);
}

TEST_CASE("a removal is the last version") {
    const auto current = milk();
    change_write w(write_kind::remove, current.id);
    const auto next = decide(w, current, here, tidings::ids::now());
    REQUIRE(next);
    CHECK(next->version == 2);
    CHECK(w.event.type == "io.tidings.todo.deleted.v1");
    CHECK(w.event.payload.find("\"previous\"") == std::string::npos);
}

TEST_CASE("labels as PostgreSQL writes arrays") {
    CHECK(labels_literal({}) == "{}");
    CHECK(labels_literal({"a", "b c"}) == R"({"a","b c"})");
    CHECK(labels_literal({R"(say "hi" \ {x,y})"}) == R"({"say \"hi\" \\ {x,y}"})");
    CHECK(labels_literal({"NULL"}) == R"({"NULL"})");
}
