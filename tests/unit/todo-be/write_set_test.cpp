#include "domain/write_set.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be;

namespace {

const event_format by_title = [](std::string& out, const todo& t) { out += '"' + t.fields.title + '"'; };

todo named(const std::string& title) {
    todo_fields f;
    f.title = title;
    return new_todo(f, ids::now());
}

change_todo retitled(const todo& t, const std::string& title) { return {t.id, {.title = title}, {}}; }

std::variant<set_decision, refused_write> decided(const write_set& set, const std::vector<todo>& current,
                                                  set_mode mode = set_mode::whole) {
    zone_clocks clocks;
    return decide(set, mode, current, ids::now(), by_title, {}, clocks);
}

}  // namespace

TEST_CASE("a set of several kinds has rows by kind and events in its own order") {
    const auto milk = named("milk");
    const auto bread = named("bread");
    todo_fields eggs;
    eggs.title = "eggs";
    const auto d = std::get<set_decision>(
        decided({remove_todo{bread.id, {}}, create_todo{eggs}, retitled(milk, "oat milk")}, {milk, bread}));
    REQUIRE(d.created.size() == 1);
    REQUIRE(d.changed.size() == 1);
    REQUIRE(d.removed.size() == 1);
    CHECK(d.created[0].fields.title == "eggs");
    CHECK(d.changed[0].state.fields.title == "oat milk");
    CHECK(d.changed[0].state.version == 2);
    CHECK(d.changed[0].read_version == 1);
    CHECK(d.removed[0].state.id == bread.id);
    CHECK(d.removed[0].read_version == 1);
    REQUIRE(d.events.size() == 3);
    CHECK(d.events[0].type == "io.tidings.todo.deleted.v1");
    CHECK(d.events[1].type == "io.tidings.todo.created.v1");
    CHECK(d.events[2].type == "io.tidings.todo.updated.v1");
    REQUIRE(d.results.size() == 3);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(d.results[i]->event_id == d.events[i].id);
}

TEST_CASE("two changes of one to-do are one row and two events, one per version") {
    const auto milk = named("milk");
    const auto d = std::get<set_decision>(
        decided({retitled(milk, "oat milk"), change_todo{milk.id, {.done = true}, {{{2}}, std::nullopt}}}, {milk}));
    REQUIRE(d.changed.size() == 1);
    CHECK(d.changed[0].state.version == 3);
    CHECK(d.changed[0].read_version == 1);
    CHECK(d.changed[0].state.fields.title == "oat milk");
    REQUIRE(d.events.size() == 2);
    CHECK(d.events[1].type == "io.tidings.todo.completed.v1");
    CHECK(d.results[0]->state.version == 2);
    CHECK(d.results[1]->state.version == 3);
}

TEST_CASE("a to-do changed and then removed is only removed, in the version read") {
    const auto milk = named("milk");
    const auto d = std::get<set_decision>(decided({retitled(milk, "x"), remove_todo{milk.id, {}}}, {milk}));
    CHECK(d.changed.empty());
    REQUIRE(d.removed.size() == 1);
    CHECK(d.removed[0].read_version == 1);
    CHECK(d.events.size() == 2);
}

TEST_CASE("one invalid write fails the whole set and is reported") {
    const auto milk = named("milk");
    struct refusal_case {
        const char* what;
        write_set set;
        std::size_t index;
        errc why;
    };
    const auto stranger = named("?");
    const precondition old{std::vector<std::int64_t>{9}, std::nullopt};
    const refusal_case cases[] = {
        {"not there", {retitled(milk, "x"), retitled(stranger, "y")}, 1, errc::not_found},
        {"another version", {remove_todo{milk.id, old}}, 0, errc::version_mismatch},
        {"removed by the set itself", {remove_todo{milk.id, {}}, retitled(milk, "x")}, 1, errc::not_found},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        const auto refused = std::get<refused_write>(decided(c.set, {milk}));
        CHECK(refused.index == c.index);
        CHECK(refused.why == c.why);
    }
}

TEST_CASE("a write of a set that changes nothing has a result and no event") {
    const auto milk = named("milk");
    const auto d = std::get<set_decision>(decided({retitled(milk, "milk")}, {milk}));
    CHECK(d.changed.empty());
    CHECK(d.events.empty());
    REQUIRE(d.results.size() == 1);
    CHECK_FALSE(d.results[0]->event_id);
}

TEST_CASE("each to-do of a set is read once") {
    const auto milk = named("milk");
    CHECK(named_by({retitled(milk, "a"), create_todo{}, remove_todo{milk.id, {}}}) == std::vector{milk.id});
    CHECK(named_by({create_todo{}}).empty());
}

TEST_CASE("of a set that need not be whole what can be done is done, in its order") {
    const auto milk = named("milk");
    const auto stranger = named("?");
    const precondition old{std::vector<std::int64_t>{9}, std::nullopt};
    todo_fields orphan;
    orphan.title = "orphan";
    orphan.parent = stranger.id;
    const auto d = std::get<set_decision>(
        decided({retitled(stranger, "x"), retitled(milk, "oat milk"), remove_todo{milk.id, old}, create_todo{orphan},
                 remove_todo{milk.id, {{{2}}, std::nullopt}}, retitled(milk, "late")},
                {milk}, set_mode::each));
    REQUIRE(d.results.size() == 6);
    CHECK(d.results[0].error() == errc::not_found);
    CHECK(d.results[1]->state.version == 2);
    CHECK(d.results[2].error() == errc::version_mismatch);
    CHECK(d.results[3].error() == errc::parent_unknown);
    CHECK(d.results[4]->state.version == 3);
    CHECK(d.results[5].error() == errc::not_found);
    CHECK(d.created.empty());
    CHECK(d.changed.empty());
    CHECK(d.removed.size() == 1);
    CHECK(d.events.size() == 2);
}

TEST_CASE("subtasks are read of to-dos that go or get one") {
    const auto milk = named("milk");
    const auto bread = named("bread");
    CHECK(families_of({retitled(milk, "a"), remove_todo{bread.id, {}}}) == std::vector{bread.id});
    change_todo computed{.id = milk.id};
    computed.computed = [](const todo&) { return result<todo_patch>(todo_patch{}); };
    CHECK(families_of({computed}) == std::vector{milk.id});
}
