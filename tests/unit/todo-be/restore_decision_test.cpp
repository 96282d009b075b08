#include "domain/restore_decision.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

const event_format by_title = [](std::string& out, const todo& t) { out += '"' + t.fields.title + '"'; };

todo named(const std::string& title, std::optional<ids::uuid> parent = {}) {
    todo_fields f;
    f.title = title;
    f.parent = parent;
    return new_todo(f, ids::now());
}

result<restore_decision> decided(const ids::uuid& id, const std::vector<todo>& deleted, const std::vector<todo>& living,
                                 const precondition& expected = {}) {
    return decide(restore_todo{id, expected}, deleted, living, ids::now(), by_title, {});
}

}  // namespace

TEST_CASE("a deleted to-do comes back in its next version, with an event") {
    auto milk = named("milk");
    milk.version = 5;
    const auto d = decided(milk.id, {milk}, {}).value();
    REQUIRE(d.restored.size() == 1);
    CHECK(d.restored[0].read_version == 5);
    CHECK(d.restored[0].state.version == 6);
    CHECK(d.restored[0].state.fields == milk.fields);
    CHECK(d.result.state == d.restored[0].state);
    REQUIRE(d.events.size() == 1);
    CHECK(d.events[0].type == "io.tidings.todo.restored.v1");
    CHECK(d.result.event_id == d.events[0].id);
    CHECK_FALSE(d.adopter);
}

TEST_CASE("the subtasks that went with it come back with it") {
    const auto shopping = named("shopping");
    const auto milk = named("milk", shopping.id);
    const auto d = decided(shopping.id, {milk, shopping}, {}).value();
    REQUIRE(d.restored.size() == 2);
    CHECK(d.restored[0].state.id == shopping.id);
    CHECK(d.restored[1].state.fields.parent == shopping.id);
    CHECK(d.events.size() == 2);
}

TEST_CASE("a subtask that is not deleted any more stays as it is") {
    const auto shopping = named("shopping");
    const auto milk = named("milk", shopping.id);
    const auto d = decided(shopping.id, {milk, shopping}, {milk}).value();
    REQUIRE(d.restored.size() == 1);
    CHECK(d.restored[0].state.id == shopping.id);
}

TEST_CASE("a subtask comes back under its to-do if that may have it, else on its own") {
    const auto shopping = named("shopping");
    const auto milk = named("milk", shopping.id);
    const auto under = decided(milk.id, {milk}, {shopping}).value();
    CHECK(under.adopter == shopping);
    CHECK(under.restored[0].state.fields.parent == shopping.id);

    std::vector<todo> full{shopping};
    for (std::size_t i = 0; i < most_subtasks; ++i)
        full.push_back(named("t", shopping.id));
    auto moved = shopping;
    moved.fields.parent = ids::uuid::v7();
    for (const auto& living : {std::vector<todo>{}, full, {moved}}) {
        const auto alone = decided(milk.id, {milk}, living).value();
        CHECK_FALSE(alone.adopter);
        CHECK_FALSE(alone.restored[0].state.fields.parent);
    }
}

TEST_CASE("one that is not deleted stays as it is") {
    const auto milk = named("milk");
    const auto d = decided(milk.id, {}, {milk}).value();
    CHECK(d.restored.empty());
    CHECK(d.events.empty());
    CHECK(d.result.state == milk);
    CHECK_FALSE(d.result.event_id);
}

TEST_CASE("what is neither there nor deleted is not found, and preconditions are about what is") {
    const auto milk = named("milk");
    const precondition second{std::vector<std::int64_t>{2}, std::nullopt};
    CHECK(decided(milk.id, {}, {}).error() == errc::not_found);
    CHECK(decided(milk.id, {milk}, {}, second).error() == errc::version_mismatch);
    CHECK(decided(milk.id, {}, {milk}, second).error() == errc::version_mismatch);
}
