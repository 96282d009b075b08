// Messages that cnats takes for the answer to a request, and drops: an empty body with the status 503. Anybody who may
// publish to the stream can make one.
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const tidings::bus::headers status{{"Status", "503"}, {"Nats-Msg-Id", "odd"}};

}  // namespace

TEST_CASE("an event with the status 503 and no body is delivered like any other, and stops nothing") {
    world w;
    const broadcaster_process b(w.nats.url(),
                                {endpoint_yaml(w.r, "a"), endpoint_yaml(w.r, "k", {"ordering: per-key"})});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 3);
    REQUIRE(w.r.wait_for("/a", 3));
    SECTION("before others") {
        w.bus.publish_raw("todos.events", "", status);
        w.bus.publish_raw("todos.events", "", {{"Status", "503"}});
        w.bus.publish("k", 4, 20);
        CHECK(w.r.wait_for("/a", 22));
        CHECK(w.r.wait_for("/k", 22));
    }
    SECTION("as the last of the stream") {
        w.bus.publish_raw("todos.events", "", status);
        CHECK(w.r.wait_for("/a", 4));
        CHECK(w.r.wait_for("/k", 4));
        w.bus.publish("k", 4, 20);
        CHECK(w.r.wait_for("/a", 21));
        CHECK(w.r.wait_for("/k", 21));
    }
    CHECK(eventually([&] { return w.bus.position("a") == w.bus.stream("TODOS").last_seq + 1; }));
}

TEST_CASE("a stream that begins with such an event is read") {
    world w;
    w.bus.publish_raw("todos.events", "", status);
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"deliver_from: beginning"})});
    CHECK(w.r.wait_for("/a", 1));
    w.bus.publish("k", 1, 5);
    CHECK(w.r.wait_for("/a", 6));
}

TEST_CASE("such a message in the bucket of positions keeps no replica from its shards") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 3);
    REQUIRE(w.r.wait_for("/a", 3));
    w.bus.publish_raw("$KV.WEBHOOK_POSITIONS.odd.key", "", status);
    b.child().kill();
    b.restart();
    b.wait_for_endpoints(1);
    w.bus.publish("k", 4, 6);
    CHECK(w.r.wait_for("/a", 6));
}
