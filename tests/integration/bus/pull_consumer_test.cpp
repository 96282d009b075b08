#include "bus/pull_consumer.hpp"

#include <set>

#include "loop.hpp"

namespace tidings::bus {

namespace {

struct queue {
    support::nats_server server;
    loop l;
    connection c{l.ctx, quick(server.url())};
    jetstream js{c};
    std::vector<delivery> got;
    int missing = 0;

    queue() {
        REQUIRE(l.connected(c));
        REQUIRE(l.run(js.ensure_stream(stream_of("S"))));
        make_consumer();
    }
    void make_consumer(std::chrono::milliseconds ack_wait = 10s) {
        auto wanted = consumer_of("S", "d");
        wanted.ack_wait = ack_wait;
        REQUIRE(l.run(js.ensure_consumer(wanted)));
    }
    void put(int count) {
        for (int i = 0; i < count; ++i)
            REQUIRE(l.run(js.publish("S.a", std::to_string(i), {})));
    }
    std::unique_ptr<pull_consumer> consumer(std::chrono::milliseconds expires = 5s, std::size_t batch = 16) {
        return std::make_unique<pull_consumer>(
            c, l.ctx, pull_consumer::options{"S", "d", expires, batch},
            [this](delivery d) { got.push_back(std::move(d)); }, [this] { ++missing; });
    }
    consumer_info info() { return *l.run(js.consumer("S", "d")); }
};

}  // namespace

TEST_CASE("a delivery tells where it stands, and keeps its own subject") {
    queue q;
    q.put(3);
    const auto p = q.consumer();
    p->room(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
    CHECK(q.got[0].msg.subject() == "S.a");
    CHECK(q.got[0].msg.payload() == "0");
    CHECK(q.got[1].stream_sequence == 2);
    CHECK(q.got[1].consumer_sequence == 2);
    CHECK(q.got[1].delivered == 1);
    CHECK(q.got[1].pending == 1);
    CHECK(q.got[2].pending == 0);
    CHECK(q.got[0].stored_ns > 1'600'000'000'000'000'000);
    CHECK(p->asked() == 0);
}

TEST_CASE("no more than the room is asked for") {
    queue q;
    q.put(20);
    const auto p = q.consumer(5s, 4);
    p->room(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 10; }));
    q.l.for_a_while(200ms);
    CHECK(q.got.size() == 10);
    CHECK(p->asked() == 0);
    p->room(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 13; }));
    p->room(100);
    REQUIRE(q.l.until([&] { return q.got.size() == 20; }));
    CHECK(p->asked() == 93);
    CHECK(q.info().waiting_pulls > 0);
}

TEST_CASE("small changes of the room are asked for together") {
    queue q;
    const auto p = q.consumer(5s, 16);
    p->room(4);
    REQUIRE(q.l.until([&] { return p->asked() == 4; }));
    p->room(5);
    q.l.for_a_while(100ms);
    CHECK(p->asked() == 4);
    p->room(12);
    REQUIRE(q.l.until([&] { return p->asked() == 12; }));
    p->room(0);
    q.l.for_a_while(100ms);
    CHECK(p->asked() == 12);
}

TEST_CASE("paused, nothing is pulled") {
    queue q;
    const auto p = q.consumer(200ms);
    p->room(10);
    REQUIRE(q.l.until([&] { return p->asked() == 10; }));
    p->room(0);
    REQUIRE(q.l.until([&] { return p->asked() == 0; }));
    q.put(5);
    q.l.for_a_while(300ms);
    CHECK(q.got.empty());
    CHECK(q.info().pending == 5);
    p->room(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 5; }));
}

TEST_CASE("a request that expires is made again, and only what is left of it") {
    queue q;
    const auto p = q.consumer(250ms);
    p->room(10);
    REQUIRE(q.l.until([&] { return p->asked() == 10; }));
    q.put(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
    CHECK(p->asked() <= 10);
    p->room(7);
    q.l.for_a_while(1s);
    REQUIRE(q.l.until([&] { return p->asked() == 7; }));
    CHECK(q.info().waiting_pulls == 1);
    q.put(7);
    REQUIRE(q.l.until([&] { return q.got.size() == 10; }));
    CHECK(q.missing == 0);
}

TEST_CASE("acks are final; a nak comes back after its delay") {
    queue q;
    q.put(2);
    const auto p = q.consumer();
    p->room(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 2; }));
    CHECK(p->ack(q.got[0].msg.reply()));
    const auto start = std::chrono::steady_clock::now();
    CHECK(p->nak(q.got[1].msg.reply(), 300ms));
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
    CHECK(std::chrono::steady_clock::now() - start >= 290ms);
    CHECK(q.got[2].stream_sequence == 2);
    CHECK(q.got[2].delivered == 2);
    CHECK(p->nak(q.got[2].msg.reply(), 0ms));
    REQUIRE(q.l.until([&] { return q.got.size() == 4; }));
    CHECK(p->term(q.got[3].msg.reply()));
    REQUIRE(q.l.until([&] { return q.info().ack_floor_stream_seq == 2; }));
    CHECK(q.info().ack_pending == 0);
}

TEST_CASE("in progress keeps a message; without it the message comes again") {
    queue q;
    q.make_consumer(400ms);
    q.put(1);
    const auto p = q.consumer();
    p->room(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 1; }));
    for (int i = 0; i < 12; ++i) {
        CHECK(p->in_progress(q.got[0].msg.reply()));
        q.l.for_a_while(100ms);
    }
    CHECK(q.got.size() == 1);
    REQUIRE(q.l.until([&] { return q.got.size() == 2; }));
    CHECK(q.got[1].delivered == 2);
}

TEST_CASE("two replicas share one durable") {
    queue q;
    connection other(q.l.ctx, quick(q.server.url()));
    REQUIRE(q.l.connected(other));
    std::multiset<std::string> at_a, at_b;
    std::optional<pull_consumer> a, b;
    const pull_consumer::options o{"S", "d", 5s, 8};
    a.emplace(
        q.c, q.l.ctx, o,
        [&](delivery d) {
            at_a.emplace(d.msg.payload());
            a->ack(d.msg.reply());
            a->room(8);
        },
        [] {});
    b.emplace(
        other, q.l.ctx, o,
        [&](delivery d) {
            at_b.emplace(d.msg.payload());
            b->ack(d.msg.reply());
            b->room(8);
        },
        [] {});
    a->room(8);
    b->room(8);
    q.put(200);
    REQUIRE(q.l.until([&] { return at_a.size() + at_b.size() == 200; }));
    CHECK(at_a.size() > 20);
    CHECK(at_b.size() > 20);
    at_a.merge(at_b);
    CHECK(std::set<std::string>(at_a.begin(), at_a.end()).size() == 200);
}

TEST_CASE("a consumer that is deleted under way is missed, and found again") {
    queue q;
    const auto p = q.consumer();
    p->room(10);
    REQUIRE(q.l.until([&] { return p->asked() == 10; }));
    REQUIRE(q.l.run(q.js.delete_consumer("S", "d")));
    REQUIRE(q.l.until([&] { return q.missing > 0; }));
    q.make_consumer();
    q.put(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
}

TEST_CASE("a consumer that never was is missed, at a measured pace") {
    queue q;
    REQUIRE(q.l.run(q.js.delete_consumer("S", "d")));
    const auto p = q.consumer(1s);
    p->room(10);
    REQUIRE(q.l.until([&] { return q.missing > 0; }));
    const int before = q.missing;
    q.l.for_a_while(1s);
    CHECK(q.missing - before <= 8);
    q.make_consumer();
    q.put(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
}

TEST_CASE("what is asked of a consumer that is about to be made anew does not count") {
    queue q;
    const auto p = q.consumer();
    p->room(10);
    REQUIRE(q.l.until([&] { return p->asked() == 10; }));
    p->room(0);
    p->restart();
    CHECK(p->asked() == 0);
    REQUIRE(q.l.run(q.js.delete_consumer("S", "d")));
    q.make_consumer();
    CHECK(q.missing == 0);
    q.put(1);
    p->room(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 1; }));
}

TEST_CASE("after the server's crash all of the room is asked for again") {
    queue q;
    const auto p = q.consumer();
    p->room(10);
    REQUIRE(q.l.until([&] { return p->asked() == 10; }));
    q.server.kill();
    REQUIRE(q.l.until([&] { return !q.c.connected(); }));
    CHECK(p->asked() == 0);
    CHECK_FALSE(p->ack("$JS.ACK.S.d.1.1.1.1.1"));
    q.server.start();
    REQUIRE(q.l.connected(q.c));
    REQUIRE(q.l.until([&] { return p->asked() == 10; }));
    q.put(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 10; }));
}

TEST_CASE("a server that refuses further pulls is asked again later") {
    queue q;
    const std::string config =
        R"({"stream_name":"S","config":{"durable_name":"few","ack_policy":"explicit","max_waiting":1}})";
    REQUIRE(q.l.run(q.c.request("$JS.API.CONSUMER.DURABLE.CREATE.S.few", config, {}, 5s)));
    int at_a = 0, at_b = 0;
    const pull_consumer::options o{"S", "few", 500ms, 2};
    connection other(q.l.ctx, quick(q.server.url()));
    REQUIRE(q.l.connected(other));
    std::optional<pull_consumer> a, b;
    a.emplace(
        q.c, q.l.ctx, o, [&](delivery) { ++at_a; }, [] {});
    b.emplace(
        other, q.l.ctx, o, [&](delivery) { ++at_b; }, [] {});
    a->room(2);
    REQUIRE(q.l.until([&] { return a->asked() == 2; }));
    b->room(2);
    REQUIRE(q.l.until([&] { return b->asked() == 2; }));
    q.put(2);
    a->room(0);
    REQUIRE(q.l.until([&] { return at_a + at_b == 2; }));
    b->room(2);
    q.put(2);
    REQUIRE(q.l.until([&] { return at_a + at_b == 4; }));
    CHECK(at_b > 0);
}

TEST_CASE("a pull consumer may end in its own handler") {
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
    p->room(5);
    REQUIRE(q.l.until([&] { return got > 0; }));
    REQUIRE(q.l.run(q.c.flush(5s)));
    CHECK(got == 1);
}

}  // namespace tidings::bus
