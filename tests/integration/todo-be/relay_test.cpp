// From the outbox to the stream: everything arrives, once, in the order of each to-do.
#include "relay_checks.hpp"

#include <thread>

#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
using support::eventually;

TEST_CASE("each user action is one event with the headers of the contract") {
    const servers world;
    const auto be = world.start();
    const std::string parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    const auto id = id_of(be.post(R"({"title":"milk"})", {{"traceparent", parent}}));
    be.patch(id, R"({"title":"bread"})");
    be.patch(id, R"({"title":"bread"})");  // changes nothing
    be.patch(id, R"({"done":true,"title":"rye"})");
    be.patch(id, R"({"done":false})");
    be.call("DELETE", "/api/todos/" + id);

    const auto events = wait_for_events(world, 5);
    REQUIRE(events.size() == 5);
    std::vector<std::string> types;
    for (const auto& e : events)
        types.push_back(e.type);
    CHECK(types == std::vector<std::string>{"io.tidings.todo.created.v1", "io.tidings.todo.updated.v1",
                                            "io.tidings.todo.completed.v1", "io.tidings.todo.reopened.v1",
                                            "io.tidings.todo.deleted.v1"});
    check_chains(events);
    std::map<std::string, std::string> h;
    for (const auto& [name, value] : events[0].message.h)
        h[name] = value;
    CHECK(h["Nats-Msg-Id"] == events[0].id);
    CHECK(h["Content-Type"] == "application/cloudevents+json");
    CHECK(h["ce-type"] == events[0].type);
    CHECK(h["ce-partitionkey"] == id);
    CHECK(h["traceparent"].substr(3, 32) == parent.substr(3, 32));
    CHECK(eventually([&be] { return drained(be); }));
    CHECK(be.metric("todo_events_published_total") == 5.0);
    CHECK(be.metric("todo_relay_leader") == 1.0);
}

TEST_CASE("an event already in the stream is cleared and not counted again") {
    using rows = std::vector<std::vector<std::string>>;
    servers world;
    const auto be = world.start();
    const auto ask = [&world](const char* sql) { return support::query(world.postgres.url(), sql); };
    const auto cleared = [&ask] { return ask("select count(*) from outbox") == rows{{"0"}}; };
    id_of(be.post(title(1)));
    wait_for_events(world, 1);
    CHECK(eventually(cleared));
    // As left by a leader that died too early:
    CHECK(ask("insert into outbox (seq) select seq from events") == rows{{"INSERT 0 1"}});
    CHECK(eventually(cleared));
    CHECK(read_stream(world.nats.url()).size() == 1);
    CHECK(be.metric("todo_events_published_total") == 1.0);
}

TEST_CASE("without NATS reads and writes go on, and the outbox drains when it returns") {
    servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(title(0)));
    wait_for_events(world, 1);
    world.nats.kill();
    for (int i = 1; i <= 50; ++i)
        CHECK(be.post(title(i)).status == 201);
    for (int i = 0; i < 5; ++i)
        CHECK(be.patch(id, title(1000 + i)).status == 200);
    CHECK(be.call("GET", "/api/todos").status == 200);
    CHECK(be.ready());
    CHECK(eventually([&be] { return be.metric("todo_outbox_pending") == 55.0; }));
    world.nats.start();
    const auto events = wait_for_events(world, 56);
    CHECK(events.size() == 56);
    check_chains(events);
    CHECK(eventually([&be] { return drained(be); }));
}

TEST_CASE("todo-be starts without NATS, and publishes once NATS is up") {
    servers world;
    world.nats.stop();
    const auto be = world.start();
    id_of(be.post(title(1)));
    world.nats.start();
    CHECK(wait_for_events(world, 1).size() == 1);
}

TEST_CASE("a deleted stream is recreated, and pending events are published") {
    const servers world;
    const auto be = world.start();
    id_of(be.post(title(1)));
    wait_for_events(world, 1);
    delete_stream(world.nats.url());
    id_of(be.post(title(2)));
    id_of(be.post(title(3)));
    const auto events = wait_for_events(world, 2);
    INFO(be.log());
    CHECK(events.size() == 2);
    CHECK(eventually([&be] { return drained(be); }));
}

TEST_CASE("a stream deleted without writes is recreated in ten seconds, and readyz says so") {
    const servers world;
    const auto be = world.start();
    const auto says = [&be](const std::string& words) {
        return eventually([&] { return be.call("GET", "/readyz?verbose").body.find(words) != std::string::npos; },
                          std::chrono::seconds(10));
    };
    id_of(be.post(title(1)));
    wait_for_events(world, 1);
    CHECK(says("[+]stream TODOS ok"));
    delete_stream(world.nats.url());
    CHECK(says("[!]stream TODOS: had been deleted"));
    CHECK(says("[+]stream TODOS ok"));
    id_of(be.post(title(2)));
    CHECK(wait_for_events(world, 1).size() == 1);
}

TEST_CASE("concurrent patches through two replicas lose no update") {
    const servers world;
    const auto first = world.start();
    const auto second = world.start();
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i)
        ids.push_back(id_of(first.post(title(i))));
    constexpr int writers = 6;
    constexpr int changes = 20;
    std::atomic<int> accepted = 0;
    std::vector<std::thread> threads;
    for (int w = 0; w < writers; ++w) {
        threads.emplace_back([&, w] {
            for (int i = 0; i < changes; ++i) {
                const auto& be = (w + i) % 2 == 0 ? first : second;
                const auto& id = ids[static_cast<std::size_t>(i) % ids.size()];
                if (be.patch(id, title(1'000 * (w + 1) + i)).status == 200) ++accepted;
            }
        });
    }
    for (auto& t : threads)
        t.join();
    CHECK(accepted == writers * changes);
    const auto events = wait_for_events(world, 3 + writers * changes);
    CHECK(events.size() == 3 + writers * changes);
    check_chains(events);
    std::int64_t versions = 0;
    for (const auto& id : ids)
        versions += first.get(id).at("version").as_int64();
    CHECK(versions == 3 + writers * changes);
}

TEST_CASE("mixed writes at full speed arrive complete and in order") {
    const servers world;
    const auto first = world.start();
    const auto second = world.start();
    constexpr int clients = 8;
    constexpr int rounds = 15;
    std::atomic<std::size_t> expected = 0;
    std::vector<std::thread> threads;
    for (int c = 0; c < clients; ++c) {
        threads.emplace_back([&, c] {
            for (int i = 0; i < rounds; ++i) {
                const auto& a = c % 2 == 0 ? first : second;
                const auto& b = c % 2 == 0 ? second : first;
                const auto made = a.post(title(i));
                if (made.status != 201) continue;
                const auto id = text_of(json_of(made).at("id"));
                ++expected;
                if (b.patch(id, R"({"done":true})").status == 200) ++expected;
                if (a.patch(id, R"({"done":false})").status == 200) ++expected;
                if (i % 3 == 0 && b.call("DELETE", "/api/todos/" + id).status == 204) ++expected;
            }
        });
    }
    for (auto& t : threads)
        t.join();
    CHECK(expected == clients * (rounds * 3 + rounds / 3));
    const auto events = wait_for_events(world, expected);
    CHECK(events.size() == expected);
    check_chains(events);
}
