#include "domain/change_decision.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

todo milk() {
    todo_fields f;
    f.title = "milk";
    return new_todo(f, ids::now());
}

change_todo retitled(const todo& t, const std::string& title) { return {t.id, {.title = title}, {}}; }

}  // namespace

TEST_CASE("a change to a missing to-do fails") {
    const auto t = milk();
    CHECK(decide(retitled(t, "x"), std::nullopt, ids::now()).error() == errc::not_found);
    CHECK(decide(remove_todo{t.id, {}}, std::nullopt, ids::now()).error() == errc::not_found);
}

TEST_CASE("a change that expects another version fails") {
    const auto current = milk();
    const precondition another{std::vector<std::int64_t>{7}, std::nullopt};
    CHECK(decide(remove_todo{current.id, another}, current, ids::now()).error() == errc::version_mismatch);
    const precondition not_this{std::nullopt, std::vector<std::int64_t>{1}};
    CHECK(decide(remove_todo{current.id, not_this}, current, ids::now()).error() == errc::version_held);
}

TEST_CASE("a change may have preconditions") {
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

TEST_CASE("a patch that changes nothing has no event") {
    const auto current = milk();
    const auto d = decide(retitled(current, "milk"), current, ids::now()).value();
    CHECK_FALSE(d.what);
    CHECK(d.state == current);
}

TEST_CASE("a computed patch is made of the to-do as it is") {
    auto current = milk();
    current.fields.labels = {"a"};
    change_todo wanted{.id = current.id};
    wanted.computed = [](const todo& t) -> result<todo_patch> {
        auto labels = t.fields.labels;
        labels.emplace_back("b");
        return todo_patch{.labels = std::move(labels)};
    };
    const auto d = decide(wanted, current, ids::now()).value();
    CHECK(d.state.fields.labels == std::vector<std::string>{"a", "b"});
    CHECK(d.state.fields.title == "milk");
    wanted.computed = [](const todo&) -> result<todo_patch> { return errc::patch_conflict; };
    CHECK(decide(wanted, current, ids::now()).error() == errc::patch_conflict);
    wanted.expected.match.emplace();
    CHECK(decide(wanted, current, ids::now()).error() == errc::version_mismatch);
}

TEST_CASE("a patch creates the next version") {
    const auto current = milk();
    const auto d = decide(change_todo{current.id, {.done = true}, {}}, current, ids::now()).value();
    CHECK(d.state.version == 2);
    CHECK(d.state.done_at);
    CHECK(d.what == change::completed);
}

TEST_CASE("a removal is the last version") {
    const auto current = milk();
    const auto d = decide(remove_todo{current.id, {}}, current, ids::now()).value();
    CHECK(d.state.version == 2);
    CHECK(d.state.fields == current.fields);
    CHECK(d.what == change::deleted);
}
