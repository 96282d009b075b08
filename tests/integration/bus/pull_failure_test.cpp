// Consumers that are deleted, reject or crash.
#include "pull_queue.hpp"

namespace tidings::bus {

TEST_CASE("a deleted consumer is reported missing, and used again when recreated") {
    queue q;
    const auto p = q.consumer();
    p->set_capacity(10);
    REQUIRE(q.l.until([&] { return p->outstanding() == 10; }));
    REQUIRE(q.l.run(q.js.delete_consumer("S", "d")));
    REQUIRE(q.l.until([&] { return q.missing > 0; }));
    q.make_consumer();
    q.put(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
}

TEST_CASE("a consumer that never existed is reported missing at growing intervals") {
    queue q;
    REQUIRE(q.l.run(q.js.delete_consumer("S", "d")));
    const auto p = q.consumer(1s);
    p->set_capacity(10);
    REQUIRE(q.l.until([&] { return q.missing > 0; }));
    const int before = q.missing;
    q.l.for_a_while(1s);
    CHECK(q.missing - before <= 8);
    q.make_consumer();
    q.put(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
}

TEST_CASE("after a server crash the whole capacity is requested again") {
    queue q;
    const auto p = q.consumer();
    p->set_capacity(10);
    REQUIRE(q.l.until([&] { return p->outstanding() == 10; }));
    q.server.kill();
    REQUIRE(q.l.until([&] { return !q.c.connected(); }));
    CHECK(p->outstanding() == 0);
    q.server.start();
    REQUIRE(q.l.connected(q.c));
    REQUIRE(q.l.until([&] { return p->outstanding() == 10; }));
    q.put(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 10; }));
}

TEST_CASE("a pull rejected by the server is retried later") {
    queue q;
    const std::string config =
        R"({"stream_name":"S","config":{"durable_name":"few","ack_policy":"explicit","max_waiting":1}})";
    REQUIRE(q.l.run(q.c.request("$JS.API.CONSUMER.DURABLE.CREATE.S.few", config, {}, 5s)));
    int at_a = 0, at_b = 0;
    const pull_consumer::options o{"S", "few", 500ms, 2};
    connection other(q.l.ctx, quick(q.server.url()));
    REQUIRE(q.l.connected(other));
    std::optional<pull_consumer> a, b;
    a.emplace(q.c, q.l.ctx, o, [&](delivery) { ++at_a; }, [] {});
    b.emplace(other, q.l.ctx, o, [&](delivery) { ++at_b; }, [] {});
    a->set_capacity(2);
    REQUIRE(q.l.until([&] { return a->outstanding() == 2; }));
    b->set_capacity(2);
    REQUIRE(q.l.until([&] { return b->outstanding() == 2; }));
    q.put(2);
    a->set_capacity(0);
    REQUIRE(q.l.until([&] { return at_a + at_b == 2; }));
    b->set_capacity(2);
    q.put(2);
    REQUIRE(q.l.until([&] { return at_a + at_b == 4; }));
    CHECK(at_b > 0);
}

TEST_CASE("a pull consumer may be destroyed in its own handler") {
    queue q;
    q.put(5);
    int got = 0;
    std::optional<pull_consumer> p;
    p.emplace(
        q.c, q.l.ctx, pull_consumer::options{"S", "d", 5s, 16},
        [&](delivery) {
            ++got;
            p.reset();
        },
        [] {});
    p->set_capacity(5);
    REQUIRE(q.l.until([&] { return got > 0; }));
    REQUIRE(q.l.flush(q.c));
    CHECK(got == 1);
}

}  // namespace tidings::bus
