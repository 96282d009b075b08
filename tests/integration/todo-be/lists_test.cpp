// Lists that users share: made, changed, read, and what may go wrong between them.
#include <thread>

#include "people.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

struct scene {
    servers world;
    backend be = world.start(with_users());
    person ann{world, "ann"}, bob{world, "bob"}, eve{world, "eve"};
    std::string list = ann.share(be, {{&bob, "editor"}});

    std::string create(const person& by, const std::string& in, const std::string& members) const {
        return id_of(by.call(be, "POST", in + "/todos", "{" + members + "}"));
    }
    std::string role(const person& of) const {
        const auto all = json_of(ann.call(be, "GET", list + "/members"));
        for (const auto& m : all.at("items").as_array())
            if (m.at("user").at("id") == of.public_id().c_str()) return text_of(m.at("role"));
        return {};
    }
    std::string sql(const std::string& statement) const {
        return support::query(world.postgres.url(), statement).at(0).at(0);
    }
    int put(const person& by, const person& whom, const std::string& role) const {
        return by.call(be, "PUT", list + "/members/" + whom.public_id(), R"({"role":")" + role + "\"}").status;
    }
};

std::size_t count_items(const support::http_answer& page) { return json_of(page).at("items").as_array().size(); }

}  // namespace

TEST_CASE("a list is made, renamed, read with conditions, and deleted for everybody") {
    const scene s;
    const auto read = s.bob.call(s.be, "GET", s.list);
    CHECK(json_of(read).at("role") == "editor");
    CHECK(json_of(read).at("members") == 2);
    CHECK(json_of(read).at("name") == "home");
    CHECK(read.header("etag") == "\"2\"");
    CHECK(s.bob.call(s.be, "GET", s.list, {}, {{"If-None-Match", "\"2\""}}).status == 304);
    CHECK(is_problem(s.ann.call(s.be, "PATCH", s.list, R"({"name":"work"})", {{"If-Match", "\"1\""}}), 412));
    const auto renamed = s.ann.call(s.be, "PATCH", s.list, R"({"name":"work"})", {{"If-Match", "\"2\""}});
    CHECK(renamed.status == 200);
    CHECK(renamed.header("etag") == "\"3\"");
    CHECK(json_of(renamed).at("name") == "work");
    CHECK(count_items(s.bob.call(s.be, "GET", "/api/lists")) == 1);
    CHECK(count_items(s.eve.call(s.be, "GET", "/api/lists")) == 0);
    CHECK(is_problem(s.bob.call(s.be, "DELETE", s.list), 403));
    CHECK(s.ann.call(s.be, "DELETE", s.list, {}, {{"If-Match", "\"3\""}}).status == 204);
    for (const auto* p : {&s.ann, &s.bob}) {
        CHECK(is_problem(p->call(s.be, "GET", s.list), 404));
        CHECK(is_problem(p->call(s.be, "GET", s.list + "/todos"), 404));
        CHECK(count_items(p->call(s.be, "GET", "/api/lists")) == 0);
    }
}

TEST_CASE("members share the to-dos of a list, which are in nobody's own") {
    const scene s;
    const auto id = s.create(s.bob, s.list, R"("title":"milk","labels":["shop"])");
    const auto read = s.ann.call(s.be, "GET", s.list + "/todos/" + id);
    CHECK(text_of(json_of(read).at("url")) == s.list + "/todos/" + id);
    CHECK(s.ann.call(s.be, "PATCH", s.list + "/todos/" + id, R"({"done":true})", {{"If-Match", "\"1\""}}).status ==
          200);
    CHECK(count_items(s.bob.call(s.be, "GET", s.list + "/todos?done=true&label=shop&q=milk")) == 1);
    for (const auto* p : {&s.ann, &s.bob}) {
        CHECK(count_items(p->call(s.be, "GET", "/api/todos")) == 0);
        CHECK(is_problem(p->call(s.be, "GET", "/api/todos/" + id), 404));
        CHECK(json_of(p->call(s.be, "GET", "/api/events?after=0")).at("events").as_array().empty());
    }
    CHECK(s.bob.call(s.be, "GET", s.list + "/todos:export?format=csv").body.find("milk") != std::string::npos);
    CHECK(s.bob.call(s.be, "POST", s.list + "/todos:import", "title\nbread\n", {{"Content-Type", "text/csv"}}).status ==
          200);
    CHECK(s.bob.call(s.be, "POST", s.list + "/todos:clear-done").body == R"({"deleted":1,"more":false})");
    CHECK(s.ann.call(s.be, "POST", s.list + "/todos/" + id + ":restore").status == 200);
    const auto page = s.ann.call(s.be, "GET", s.list + "/todos?limit=1");
    CHECK(page.header("link").find('<' + s.list + "/todos?limit=1&") != std::string::npos);
    CHECK(s.sql("select count(*) from todos where owner <= 1073741824") == "0");
    CHECK(s.sql("select count(*) from todos") == "2");
}

TEST_CASE("nothing leads from one list into another, or into one's own to-dos") {
    const scene s;
    const auto other = s.bob.share(s.be);
    const auto here = s.create(s.bob, s.list, R"("title":"here","order":1)");
    const auto there = s.create(s.bob, other, R"("title":"there","order":2)"),
               more = s.create(s.bob, other, R"("title":"x")");
    const auto own = s.bob.create(s.be, R"("title":"own")");
    for (const auto& strange : {there, own}) {
        INFO(strange);
        const auto parent = R"({"title":"x","parent":")" + strange + "\"}";
        CHECK(is_problem(s.bob.call(s.be, "POST", s.list + "/todos", parent), 422));
        CHECK(is_problem(s.bob.call(s.be, "PATCH", s.list + "/todos/" + here, parent), 422));
        CHECK(is_problem(s.bob.call(s.be, "GET", s.list + "/todos/" + strange), 404));
        for (const auto* method : {"PUT", "PATCH", "DELETE"})
            CHECK(is_problem(s.bob.call(s.be, method, s.list + "/todos/" + strange, R"({"title":"y"})"), 404));
        CHECK(is_problem(s.bob.call(s.be, "POST", s.list + "/todos/" + strange + ":restore"), 404));
        CHECK(is_problem(s.bob.call(s.be, "POST", s.list + "/todos:batch",
                                    R"({"operations":[{"op":"delete","id":")" + strange + "\"}]}"),
                         409));
        CHECK(is_problem(s.bob.call(s.be, "POST", s.list + "/todos:reorder",
                                    R"({"ids":[")" + here + R"("],"after":")" + strange + "\"}"),
                         409));
        CHECK(is_problem(
            s.bob.call(s.be, "POST", s.list + "/todos:reorder", R"({"ids":[")" + strange + R"("],"after":null})"),
            409));
    }
    // A cursor is a place in the order, and no more: what follows is of the list that is asked.
    const auto cursor = text_of(json_of(s.bob.call(s.be, "GET", other + "/todos?limit=1&sort=order")).at("next"));
    const auto rest = s.bob.call(s.be, "GET", s.list + "/todos?cursor=" + cursor);
    CHECK(rest.status == 200);
    CHECK(rest.body.find("there") == std::string::npos);
    CHECK(rest.body.find(more) == std::string::npos);
    CHECK(count_items(s.bob.call(s.be, "GET", s.list + "/todos?parent=" + there)) == 0);
    CHECK(is_problem(s.bob.call(s.be, "GET", "/api/todos/" + here), 404));
}

TEST_CASE("a list keeps an admin, also when two demote each other at once") {
    const scene s;
    const auto there = s.world.start(with_users());
    CHECK(s.put(s.ann, s.ann, "reader") == 409);
    CHECK(s.ann.call(s.be, "DELETE", s.list + "/members/" + s.ann.public_id()).status == 409);
    const auto her = s.ann.public_id(), his = s.bob.public_id();
    for (int round = 0; round < 10; ++round) {
        const bool she = s.role(s.ann) == "admin";
        REQUIRE(s.put(she ? s.ann : s.bob, she ? s.bob : s.ann, "admin") == 200);
        int hers = 0, theirs = 0;
        const std::string demoted = R"({"role":"reader"})";
        std::thread other([&] { theirs = s.bob.call(there, "PUT", s.list + "/members/" + her, demoted).status; });
        hers = s.ann.call(s.be, "PUT", s.list + "/members/" + his, demoted).status;
        other.join();
        INFO(hers << ' ' << theirs);
        CHECK((hers == 200) != (theirs == 200));
        CHECK(s.sql("select count(*) from list_members where role = 'admin'") == "1");
    }
}

TEST_CASE("members come and go, and whoever is none learns of no list") {
    const scene s;
    CHECK(is_problem(s.eve.call(s.be, "GET", s.list), 404));
    CHECK(json_of(s.eve.call(s.be, "GET", s.list)).at("detail") ==
          json_of(s.eve.call(s.be, "GET", "/api/lists/99999")).at("detail"));
    CHECK(s.put(s.eve, s.eve, "admin") == 404);
    CHECK(s.put(s.bob, s.eve, "reader") == 403);
    CHECK(s.put(s.ann, s.eve, "reader") == 201);
    CHECK(s.put(s.ann, s.eve, "reader") == 200);
    CHECK(s.eve.call(s.be, "GET", s.list + "/todos").status == 200);
    const auto refused = s.eve.call(s.be, "POST", s.list + "/todos", R"({"title":"x"})");
    CHECK(is_problem(refused, 403));
    CHECK(refused.body.find("editor") != std::string::npos);
    CHECK(s.put(s.ann, s.eve, "editor") == 200);
    CHECK(s.eve.call(s.be, "POST", s.list + "/todos", R"({"title":"x"})").status == 201);
    CHECK(count_items(s.eve.call(s.be, "GET", s.list + "/members")) == 3);
    CHECK(is_problem(s.eve.call(s.be, "DELETE", s.list + "/members/" + s.bob.public_id()), 403));
    CHECK(s.eve.call(s.be, "DELETE", s.list + "/members/" + s.eve.public_id()).status == 204);
    CHECK(is_problem(s.eve.call(s.be, "GET", s.list + "/todos"), 404));
    CHECK(is_problem(s.ann.call(s.be, "DELETE", s.list + "/members/" + s.eve.public_id()), 404));
    CHECK(is_problem(
        s.ann.call(s.be, "PUT", s.list + "/members/01890a5d-ac96-774b-bcce-b302099a8058", R"({"role":"reader"})"),
        404));
    CHECK(is_problem(s.ann.call(s.be, "PUT", s.list + "/members/1", R"({"role":"reader"})"), 404));
    CHECK(json_of(s.eve.call(s.be, "GET", "/api/me")).at("id") == s.eve.public_id().c_str());
}

TEST_CASE("each act on a list is in the log, and an event of the list") {
    const scene s;
    REQUIRE(s.ann.call(s.be, "PATCH", s.list, R"({"name":"work"})").status == 200);
    REQUIRE(s.put(s.ann, s.bob, "admin") == 200);
    REQUIRE(s.put(s.bob, s.eve, "reader") == 201);
    REQUIRE(s.eve.call(s.be, "DELETE", s.list + "/members/" + s.eve.public_id()).status == 204);
    const auto page = json_of(s.bob.call(s.be, "GET", s.list + "/events?after=0"));
    std::string types;
    for (const auto& e : page.at("events").as_array())
        types += text_of(e.at("type")).substr(16) + ' ';
    CHECK(types == "created.v1 member.added.v1 changed.v1 member.changed.v1 member.added.v1 member.removed.v1 ");
    CHECK(page.at("events").at(1).at("data").at("by").at("id") == s.ann.public_id().c_str());
    REQUIRE(s.ann.call(s.be, "DELETE", s.list).status == 204);
    const auto log = s.be.log();
    for (const auto* act : {"list created", "list renamed", "list deleted", "list member added", "list member changed",
                            "list member removed"})
        CHECK(log.find(act) != std::string::npos);
    CHECK(s.sql("select count(*) from events where type like 'io.tidings.list.%'") == "7");
    CHECK(support::eventually([&] { return s.sql("select count(*) from outbox") == "0"; }));
}

TEST_CASE("where there are no users there are no lists") {
    const servers world;
    const auto be = world.start();
    for (const auto* path : {"/api/lists", "/api/me", "/api/lists/1", "/api/lists/1/members", "/api/lists/1/todos",
                             "/api/lists/1/todos.ics", "/api/lists/1/events", "/api/lists/1/todos:export"})
        CHECK(is_problem(be.call("GET", path), 404));
    CHECK(is_problem(be.call("POST", "/api/lists/1/todos", R"({"title":"x"})"), 404));
    CHECK(is_problem(be.call("POST", "/api/lists", R"({"name":"x"})"), 404));
}
