// The change feed as server-sent events.
#include <boost/json/parse.hpp>

#include "event_reader.hpp"
#include "page_server.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;

namespace {

std::string todo_of(const sent_event& e) { return text_of(boost::json::parse(e.data).at("subject")); }

std::vector<std::string> create(const backend& be, int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i)
        ids.push_back(id_of(be.post(R"({"title":"x"})")));
    return ids;
}

}  // namespace

TEST_CASE("a stream shows each change as its CloudEvent, in order") {
    const servers world;
    const auto be = world.start();
    create(be, 1);  // before: not shown
    event_reader events(be.port());
    REQUIRE(events.status() == 200);
    CHECK(events.header("content-type") == "text/event-stream");
    CHECK(events.header("cache-control") == "no-store");
    CHECK(events.header("x-accel-buffering") == "no");
    const auto id = create(be, 1).front();
    be.patch(id, R"({"done":true})");
    be.call("DELETE", "/api/todos/" + id);
    for (const auto* type : {"created", "completed", "deleted"}) {
        const auto e = events.next();
        REQUIRE(e);
        CHECK(e->type == std::string("io.tidings.todo.") + type + ".v1");
        CHECK(todo_of(*e) == id);
        const auto stored = support::query(world.postgres.url(), "select payload from events where seq = " + e->id);
        CHECK(e->data == stored.at(0).at(0));
    }
    CHECK(be.metric("todo_event_streams") == 1);
    CHECK(be.metric("todo_events_streamed_total") == 3);
}

TEST_CASE("a stream begins with where it is, and comes back from there") {
    const servers world;
    const auto be = world.start();
    create(be, 3);
    event_reader events(be.port());
    REQUIRE(events.read_more());
    CHECK(events.text() == "retry: 1000\n\nid: 3\n\n");
    create(be, 3);
    CHECK(event_reader(be.port(), "?after=4").next()->id == "5");
    CHECK(event_reader(be.port(), "", {{"Last-Event-ID", "5"}}).next()->id == "6");
    CHECK(event_reader(be.port(), "?after=1", {{"Last-Event-ID", "4"}}).next()->id == "5");
    event_reader all(be.port(), "?after=0");
    for (int i = 1; i <= 6; ++i)
        CHECK(all.next()->id == std::to_string(i));
}

TEST_CASE("a stream from far behind reads the log, then goes on live") {
    const servers world;
    const auto be = world.start({.environment = {{"STREAM_BUFFER", "65536"}}, .wait_ready = true});
    // More than the window holds.
    support::query(world.postgres.url(),
                   "insert into events (id, todo_id, type, payload) select gen_random_uuid(), "
                   "gen_random_uuid(), 't', '\"' || repeat('x', 1000) || '\"' "
                   "from generate_series(1, 2000)");
    event_reader now(be.port());
    event_reader all(be.port(), "?after=0");
    for (int i = 1; i <= 2000; ++i)
        REQUIRE(all.next()->id == std::to_string(i));
    create(be, 1);
    CHECK(all.next()->id == "2001");
    CHECK(now.next()->id == "2001");
}

TEST_CASE("a silent stream shows signs of life") {
    const servers world;
    const auto be = world.start({.environment = {{"STREAM_KEEP_ALIVE", "100ms"}}, .wait_ready = true});
    event_reader events(be.port());
    CHECK(eventually([&] { return events.read_more() && events.text().ends_with(":\n\n:\n\n"); }));
}

TEST_CASE("what cannot be resumed from is refused") {
    const servers world;
    const auto be = world.start();
    create(be, 5);
    const auto status = [&](const std::string& query, const headers& h = {}) {
        return event_reader(be.port(), query, h).status();
    };
    CHECK(status("?after=6") == 410);
    CHECK(status("?after=x") == 400);
    CHECK(status("?limit=1") == 400);
    CHECK(status("", {{"Last-Event-ID", "x"}}) == 400);
    CHECK(is_problem(be.call("GET", "/api/events", "", {{"Accept", "text/html"}}), 406));
    support::query(world.postgres.url(), "update event_log set pruned_up_to = 3");
    CHECK(status("?after=2") == 410);
    CHECK(status("?after=3") == 200);
    CHECK(be.call("HEAD", "/api/events", "", {{"Accept", "text/event-stream"}}).status == 200);
    CHECK(be.call("POST", "/api/events", "{}").header("allow") == "GET, HEAD, OPTIONS");
}

TEST_CASE("a client that does not read is cut off and counted, and others are not delayed") {
    const servers world;
    const auto be = world.start({.environment = {{"STREAM_BUFFER", "524288"}}, .wait_ready = true});
    const event_reader slow(be.port());
    event_reader quick(be.port());
    const auto log = [&] {
        support::query(world.postgres.url(),
                       "insert into events (id, todo_id, type, payload) select gen_random_uuid(), "
                       "gen_random_uuid(), 't', '\"' || repeat('x', 1000) || '\"' "
                       "from generate_series(1, 300); select pg_notify('todos_changed', '')");
    };
    int seen = 0;
    CHECK(eventually(
        [&] {
            log();
            for (int i = 0; i < 300; ++i) {
                const auto e = quick.next();
                REQUIRE(e);
                REQUIRE(e->id == std::to_string(++seen));
            }
            return be.metric("todo_event_streams") == 1;
        },
        std::chrono::seconds(60)));
    CHECK(be.metric("todo_event_streams_cut_off_total") == 1);
}

TEST_CASE("a service that stops ends its streams, and takes no time for it") {
    const servers world;
    auto be = world.start();
    event_reader a(be.port());
    event_reader b(be.port(), "?after=0");
    REQUIRE(a.status() == 200);
    const auto began = std::chrono::steady_clock::now();
    be.process().signal(SIGTERM);
    CHECK(a.ends_cleanly());
    CHECK(b.ends_cleanly());
    CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(5));
    CHECK(be.process().wait() == 0);
}

TEST_CASE("there is a limit to the number of streams") {
    const servers world;
    const auto be = world.start({.environment = {{"STREAM_LIMIT", "1"}}, .wait_ready = true});
    {
        const event_reader one(be.port());
        CHECK(one.status() == 200);
        CHECK(event_reader(be.port()).status() == 503);
        CHECK(be.call("GET", "/api/events").status == 200);
    }
    CHECK(eventually([&] { return event_reader(be.port()).status() == 200; }));
}

TEST_CASE("a stream outlives an outage of the database") {
    servers world;
    const auto be = world.start();
    event_reader events(be.port());
    create(be, 1);
    CHECK(events.next()->id == "1");
    world.postgres.kill();
    CHECK(eventually([&] { return !be.ready(); }));
    event_reader meanwhile(be.port(), "?after=0");
    CHECK(meanwhile.status() == 200);
    world.postgres.start();
    CHECK(eventually([&] { return be.ready(); }));
    const auto id = create(be, 1).front();
    CHECK(todo_of(*events.next()) == id);
    CHECK(meanwhile.next()->id == "1");
    CHECK(todo_of(*meanwhile.next()) == id);
}

TEST_CASE("events come through the page's nginx as they happen") {
    const servers world;
    const auto be = world.start();
    const page_server page(be.port());
    event_reader events(page.port());
    for (int i = 1; i <= 3; ++i) {
        create(be, 1);
        CHECK(events.next()->id == std::to_string(i));
    }
}
