// The change feed as pages of JSON.
#include <boost/json/serialize.hpp>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

boost::json::object page(const backend& be, const std::string& query = {}) {
    const auto answer = be.call("GET", "/api/events" + query);
    REQUIRE(answer.status == 200);
    CHECK(answer.header("cache-control") == "no-store");
    return json_of(answer);
}

}  // namespace

TEST_CASE("a client keeps in step by pages, deletions included") {
    const servers world;
    const auto be = world.start();
    const auto start = page(be);
    CHECK(boost::json::serialize(start) == R"({"events":[],"next":"0","more":false})");
    const auto kept = id_of(be.post(R"({"title":"kept"})"));
    const auto gone = id_of(be.post(R"({"title":"gone"})"));
    be.call("DELETE", "/api/todos/" + gone);
    auto next = text_of(start.at("next"));
    std::vector<std::string> types;
    bool more = true;
    while (more) {
        const auto p = page(be, "?limit=2&after=" + next);
        for (const auto& e : p.at("events").as_array())
            types.push_back(text_of(e.at("type")) + ' ' + text_of(e.at("subject")));
        next = text_of(p.at("next"));
        more = p.at("more").as_bool();
    }
    CHECK(types == std::vector<std::string>{"io.tidings.todo.created.v1 " + kept, "io.tidings.todo.created.v1 " + gone,
                                            "io.tidings.todo.deleted.v1 " + gone});
    CHECK(next == "3");
    CHECK(page(be).at("next") == "3");
    CHECK(page(be, "?after=3").at("events").as_array().empty());
}

TEST_CASE("a page is as long as was asked for, and no larger than a megabyte or so") {
    const servers world;
    const auto be = world.start();
    const auto add = [&](const char* size, const char* count) {
        support::query(world.postgres.url(),
                       std::string("insert into events (id, todo_id, type, payload) select "
                                   "gen_random_uuid(), gen_random_uuid(), 't', '\"' || repeat('x', ") +
                           size + ") || '\"' from generate_series(1, " + count + ")");
    };
    add("10", "1001");
    const auto size = [&](const char* query) { return page(be, query).at("events").as_array().size(); };
    CHECK(size("?after=0") == 100);
    CHECK(size("?after=0&limit=1000") == 1000);
    CHECK(page(be, "?after=0&limit=1000").at("more").as_bool());
    CHECK(size("?after=1000&limit=1") == 1);
    CHECK_FALSE(page(be, "?after=1000&limit=1").at("more").as_bool());
    add("300000", "10");
    CHECK(size("?after=1001&limit=1000") == 4);
    CHECK(page(be, "?after=1001&limit=1000").at("more").as_bool());
    CHECK_FALSE(page(be, "?after=1007").at("more").as_bool());
}

TEST_CASE("pages that cannot be are refused with the reason") {
    const servers world;
    const auto be = world.start();
    be.post(R"({"title":"x"})");
    for (const auto* query : {"?after=-1", "?after=", "?limit=0", "?limit=1001", "?x=1", "?after=1&after=2"})
        CHECK(is_problem(be.call("GET", std::string("/api/events") + query), 400));
    CHECK(is_problem(be.call("GET", "/api/events?after=2"), 410));
    support::query(world.postgres.url(), "update event_log set pruned_up_to = 1");
    const auto gone = be.call("GET", "/api/events?after=0");
    CHECK(is_problem(gone, 410));
    CHECK(gone.body.find("list the to-dos anew") != std::string::npos);
    CHECK(page(be, "?after=1").at("next") == "1");
}

TEST_CASE("without the database there are no pages") {
    servers world;
    const auto be = world.start();
    world.postgres.kill();
    CHECK(is_problem(be.call("GET", "/api/events?after=0"), 503));
    CHECK(is_problem(be.call("GET", "/api/events"), 503));
}
