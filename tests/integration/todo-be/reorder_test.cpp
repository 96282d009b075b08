// POST /api/todos:reorder.
#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

// To-dos named by one letter, some of them with an order.
struct letters {
    servers world;
    backend be = world.start();
    std::map<char, std::string> ids;

    void make(char name, const std::string& more = "") {
        ids[name] = id_of(be.post(std::string(R"({"title":")") + name + '"' + more + "}"));
    }
    // "cd" behind 'a': move("cd", R"("after":")" + ids['a'] + '"').
    support::http_answer move(const std::string& names, const std::string& place) const {
        std::string list;
        for (const char name : names)
            list += (list.empty() ? "\"" : ",\"") + ids.at(name) + '"';
        return be.call("POST", "/api/todos:reorder", R"({"ids":[)" + list + "]," + place + "}",
                       {{"Content-Type", "application/json"}});
    }
    std::string after(char name) const { return R"("after":")" + ids.at(name) + '"'; }
    std::string before(char name) const { return R"("before":")" + ids.at(name) + '"'; }
    // The whole list after a move that changes so many to-dos.
    std::string moved(const std::string& names, const std::string& place, std::size_t changed) const {
        const auto answer = move(names, place);
        INFO(answer.body);
        CHECK(answer.status == 200);
        CHECK(json_of(answer).at("changed").as_array().size() == changed);
        std::string titles;
        const auto list = json_of(be.call("GET", "/api/todos?sort=order&limit=1000"));
        for (const auto& item : list.at("items").as_array())
            titles += text_of(item.as_object().at("title"));
        return titles;
    }
};

std::string query(const servers& world, const std::string& sql) {
    return support::query(world.postgres.url(), sql).at(0).at(0);
}

}  // namespace

TEST_CASE("to-dos are moved with one write each, in one commit with their events") {
    letters l;
    for (const char name : std::string("abcde"))
        l.make(name, R"(,"order":)" + std::to_string(name - 'a' + 1));
    CHECK(l.moved("e", l.after('a'), 1) == "aebcd");
    CHECK(l.moved("d", l.before('a'), 1) == "daebc");
    CHECK(l.moved("cd", l.after('e'), 2) == "aecdb");
    CHECK(l.moved("b", R"("after":null)", 1) == "baecd");
    CHECK(l.moved("be", R"("before":null)", 2) == "acdbe");
    CHECK(l.moved("cd", l.after('a'), 0) == "acdbe");
    CHECK(l.moved("dc", l.after('a'), 1) == "adcbe");
    CHECK(query(l.world, "select count(*) from events where seq > 5") == "8");
    CHECK(query(l.world, "select count(distinct xmin::text) from events where seq > 5") == "6");
}

TEST_CASE("what has no order gets one when something is moved behind it") {
    letters l;
    for (const char name : std::string("abcd"))
        l.make(name);
    CHECK(l.moved("d", R"("after":null)", 1) == "dabc");
    CHECK(l.moved("c", l.before('a'), 1) == "dcab");
    CHECK(l.moved("d", l.after('b'), 3) == "cabd");
    CHECK(l.moved("c", R"("before":null)", 1) == "abdc");
}

TEST_CASE("where there is no room, neighbours move too") {
    letters l;
    for (const char name : std::string("abc"))
        l.make(name, R"(,"order":1)");
    l.make('d', R"(,"order":0)");
    l.make('e', R"(,"order":7,"done":true)");
    CHECK(l.moved("e", l.after('a'), 2) == "daebc");
    CHECK(l.moved("c", R"("after":null)", 2) == "cdaeb");
    for (int i = 0; i < 60; ++i) {
        CHECK(l.move("c", l.after('d')).status == 200);
        CHECK(l.move("a", l.after('d')).status == 200);
    }
    CHECK(l.moved("a", l.after('d'), 0) == "daceb");
}

TEST_CASE("a move that cannot be is refused whole") {
    letters l;
    for (const char name : std::string("abc"))
        l.make(name, R"(,"order":)" + std::to_string(name - 'a' + 1));
    l.make('x', R"(,"order":9)");
    CHECK(l.be.call("DELETE", "/api/todos/" + l.ids['x']).status == 204);
    const auto unknown = l.move("cx", l.after('a'));
    CHECK(is_problem(unknown, 409));
    CHECK(unknown.body.find(R"("/ids/1")") != std::string::npos);
    const auto nowhere = l.move("c", l.after('x'));
    CHECK(is_problem(nowhere, 409));
    CHECK(nowhere.body.find(R"("/after")") != std::string::npos);
    CHECK(is_problem(l.move("c", l.after('c')), 422));
    CHECK(is_problem(l.move("cc", l.after('a')), 422));
    CHECK(is_problem(l.move("", l.after('a')), 422));
    CHECK(is_problem(l.move("c", R"("x":1)"), 422));
    CHECK(query(l.world, "select count(*) from events where type = 'io.tidings.todo.updated.v1'") == "0");
    support::query(l.world.postgres.url(), R"(
        insert into todos (id, title, done, priority, labels, version, created_at, updated_at)
        select gen_random_uuid(), 't', false, 'none', '{}', 1, now(), now() from generate_series(1, 1100); select 0)");
    const auto far = l.move("c", R"("before":null)");
    CHECK(is_problem(far, 409));
    CHECK(far.body.find("more than 1000") != std::string::npos);
}
