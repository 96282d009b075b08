#include "api/answers.hpp"
#include "domain/write_set.hpp"
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

create_todo made_under(const ids::uuid& parent) { return {named("new", parent).fields}; }

change_todo moved(const todo& t, std::optional<ids::uuid> parent) { return {t.id, {.parent = parent}, {}}; }

std::variant<set_decision, refused_write> decided(const write_set& set, const std::vector<todo>& current,
                                                  set_mode mode = set_mode::whole) {
    zone_clocks clocks;
    return decide(set, mode, current, ids::now(), by_title, {}, clocks);
}

}  // namespace

TEST_CASE("a subtask is created, and its parent's row knows, in the version that it had") {
    const auto shopping = named("shopping");
    const auto d = std::get<set_decision>(decided({made_under(shopping.id), made_under(shopping.id)}, {shopping}));
    CHECK(d.created.size() == 2);
    CHECK(d.events.size() == 2);
    REQUIRE(d.changed.size() == 1);
    CHECK(d.changed[0].state == shopping);
    CHECK(d.changed[0].read_version == 1);
    CHECK(d.changed[0].adopted == 2);
}

TEST_CASE("a to-do is moved under another one, from there to a third, and out again") {
    const auto shopping = named("shopping");
    const auto errands = named("errands");
    const auto milk = named("milk", errands.id);
    const auto under = std::get<set_decision>(decided({moved(milk, shopping.id)}, {shopping, errands, milk}));
    REQUIRE(under.changed.size() == 2);
    CHECK(under.changed[0].adopted == 1);
    CHECK(under.changed[1].state.fields.parent == shopping.id);
    CHECK(under.events.size() == 1);
    const auto out = std::get<set_decision>(decided({moved(milk, std::nullopt)}, {errands, milk}));
    REQUIRE(out.changed.size() == 1);
    CHECK_FALSE(out.changed[0].state.fields.parent);
}

TEST_CASE("there is one level of subtasks, with at most a hundred under a to-do") {
    const auto shopping = named("shopping");
    const auto milk = named("milk", shopping.id);
    const auto other = named("other");
    std::vector<todo> full{other};
    for (std::size_t i = 0; i < most_subtasks; ++i)
        full.push_back(named("t", other.id));
    struct refusal_case {
        const char* what;
        write_set set;
        std::vector<todo> current;
        errc why;
    };
    const refusal_case cases[] = {
        {"no such to-do", {made_under(milk.id)}, {}, errc::parent_unknown},
        {"removed by the set itself",
         {remove_todo{other.id, {}}, moved(shopping, other.id)},
         {shopping, other},
         errc::parent_unknown},
        {"itself", {moved(other, other.id)}, {other}, errc::parent_is_self},
        {"under a subtask", {made_under(milk.id)}, {shopping, milk}, errc::parent_is_subtask},
        {"has subtasks", {moved(shopping, other.id)}, {shopping, milk, other}, errc::has_subtasks},
        {"too many", {made_under(other.id)}, full, errc::subtasks_too_many},
        {"in the set", {moved(other, shopping.id), made_under(other.id)}, {shopping, other}, errc::parent_is_subtask},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        const auto refused = std::get<refused_write>(decided(c.set, c.current));
        CHECK(refused.index == c.set.size() - 1);
        CHECK(refused.why == c.why);
        const auto answer = refusal(refused.why);
        CHECK(answer.status == 422);
        CHECK(answer.body.find(R"("field":"/parent")") != std::string::npos);
    }
}

TEST_CASE("a to-do is removed together with its subtasks, each with its event") {
    const auto shopping = named("shopping");
    const auto milk = named("milk", shopping.id);
    const auto bread = named("bread", shopping.id);
    const auto d = std::get<set_decision>(decided({remove_todo{shopping.id, {}}}, {milk, shopping, bread}));
    CHECK(d.changed.empty());
    CHECK(d.removed.size() == 3);
    REQUIRE(d.events.size() == 3);
    CHECK(d.events[2].todo_id == shopping.id);
    REQUIRE(d.results.size() == 1);
    CHECK(d.results[0]->state.id == shopping.id);
    CHECK(d.results[0]->event_id == d.events[2].id);
}

TEST_CASE("a parent that stays is not looked at") {
    const auto milk = named("milk", ids::uuid::v7());
    const auto d = std::get<set_decision>(
        decided({change_todo{milk.id, {.title = "oat milk", .parent = milk.fields.parent}, {}}}, {milk}));
    REQUIRE(d.changed.size() == 1);
    CHECK(d.changed[0].state.fields.parent == milk.fields.parent);
}

TEST_CASE("whether a change concerns subtasks") {
    auto milk = named("milk");
    const auto other = ids::uuid::v7();
    const auto concerns = [](const auto& wanted, const todo& t) {
        return concerns_family(decide(wanted, std::optional(t), ids::now()).value(), t);
    };
    CHECK(concerns(moved(milk, other), milk));
    CHECK_FALSE(concerns(moved(milk, std::nullopt), milk));
    CHECK_FALSE(concerns(change_todo{milk.id, {.title = "x"}, {}}, milk));
    CHECK_FALSE(concerns(remove_todo{milk.id, {}}, milk));
    milk.adoptions = 1;
    CHECK(concerns(remove_todo{milk.id, {}}, milk));
    milk.fields.parent = other;
    CHECK_FALSE(concerns(moved(milk, other), milk));
}

TEST_CASE("the to-dos that subtasks are put under are read too") {
    const auto milk = named("milk");
    const auto shopping = named("shopping");
    CHECK(named_by({made_under(shopping.id)}) == std::vector{shopping.id});
    CHECK(named_by({moved(milk, shopping.id)}).size() == 2);
}
