#include <set>

#include "pull_queue.hpp"

namespace tidings::bus {

TEST_CASE("a delivery has its stream position and original subject") {
    queue q;
    q.put(3);
    const auto p = q.consumer();
    p->set_capacity(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
    CHECK(q.got[0].msg.subject() == "S.a");
    CHECK(q.got[0].msg.payload() == "0");
    CHECK(q.got[1].stream_sequence == 2);
    CHECK(q.got[1].consumer_sequence == 2);
    CHECK(q.got[1].delivered == 1);
    CHECK(q.got[1].pending == 1);
    CHECK(q.got[2].pending == 0);
    CHECK(q.got[0].stored_ns > 1'600'000'000'000'000'000);
    CHECK(p->outstanding() == 0);
}

TEST_CASE("no more than the capacity is requested") {
    queue q;
    q.put(20);
    const auto p = q.consumer(5s, 4);
    p->set_capacity(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 10; }));
    q.l.for_a_while(200ms);
    CHECK(q.got.size() == 10);
    CHECK(p->outstanding() == 0);
    p->set_capacity(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 13; }));
    p->set_capacity(100);
    REQUIRE(q.l.until([&] { return q.got.size() == 20; }));
    CHECK(p->outstanding() == 93);
    CHECK(q.info().waiting_pulls > 0);
}

TEST_CASE("small increases of the capacity are requested together") {
    queue q;
    const auto p = q.consumer(5s, 16);
    p->set_capacity(4);
    REQUIRE(q.l.until([&] { return p->outstanding() == 4; }));
    p->set_capacity(5);
    q.l.for_a_while(100ms);
    CHECK(p->outstanding() == 4);
    p->set_capacity(12);
    REQUIRE(q.l.until([&] { return p->outstanding() == 12; }));
    p->set_capacity(0);
    q.l.for_a_while(100ms);
    CHECK(p->outstanding() == 12);
}

TEST_CASE("paused, nothing is pulled") {
    queue q;
    const auto p = q.consumer(200ms);
    p->set_capacity(10);
    REQUIRE(q.l.until([&] { return p->outstanding() == 10; }));
    p->set_capacity(0);
    REQUIRE(q.l.until([&] { return p->outstanding() == 0; }));
    q.put(5);
    q.l.for_a_while(300ms);
    CHECK(q.got.empty());
    CHECK(q.info().pending == 5);
    p->set_capacity(10);
    REQUIRE(q.l.until([&] { return q.got.size() == 5; }));
}

TEST_CASE("an expired request is repeated for what is left of it") {
    queue q;
    const auto p = q.consumer(250ms);
    p->set_capacity(10);
    REQUIRE(q.l.until([&] { return p->outstanding() == 10; }));
    q.put(3);
    REQUIRE(q.l.until([&] { return q.got.size() == 3; }));
    CHECK(p->outstanding() <= 10);
    p->set_capacity(7);
    q.l.for_a_while(1s);
    REQUIRE(q.l.until([&] { return p->outstanding() == 7; }));
    REQUIRE(q.l.until([&] { return q.info().waiting_pulls == 1; }));
    q.put(7);
    REQUIRE(q.l.until([&] { return q.got.size() == 10; }));
    CHECK(q.missing == 0);
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
            q.c.publish(d.msg.reply(), "+ACK");
            a->set_capacity(8);
        },
        [] {});
    b.emplace(
        other, q.l.ctx, o,
        [&](delivery d) {
            at_b.emplace(d.msg.payload());
            other.publish(d.msg.reply(), "+ACK");
            b->set_capacity(8);
        },
        [] {});
    a->set_capacity(8);
    b->set_capacity(8);
    q.put(200);
    REQUIRE(q.l.until([&] { return at_a.size() + at_b.size() == 200; }));
    CHECK(at_a.size() > 20);
    CHECK(at_b.size() > 20);
    at_a.merge(at_b);
    CHECK(std::set<std::string>(at_a.begin(), at_a.end()).size() == 200);
}

}  // namespace tidings::bus
