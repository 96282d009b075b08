// Messages that wait for their retries: each gets its whole schedule, and none is in another's way.
#include <boost/json.hpp>

#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

std::uint64_t waiting(bus_client& bus) { return bus.stream("WEBHOOK_RETRIES").messages; }

}  // namespace

TEST_CASE("however many messages fail, each is retried and none is given up") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a",
                       {"max_in_flight: 16", "retry_schedule: [200ms, 200ms, 200ms, 200ms, 200ms, 200ms, 1h]",
                        "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":300)");
    w.bus.publish("k", 1, 300);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 300));
    CHECK(b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 0);
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("one message that keeps failing does not hold up others, even with one slot") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"max_in_flight: 1", "retry_schedule: [1h]"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":422,"times":1)");
    w.bus.publish("refused", 1, 1);
    w.bus.publish("k", 1, 50);
    REQUIRE(w.r.wait_for("/a", 50, 10s));
    CHECK(waiting(w.bus) == 1);
    CHECK(eventually([&] { return w.bus.position("a") == 52; }));
}

TEST_CASE("a key that is retried holds up nobody else, whatever number of successors it has, and keeps its order") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"ordering: per-key", "max_in_flight: 32", "retry_schedule: [3s, 1h]"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("stuck", 1, 1'000);
    w.bus.publish("free", 1, 100);
    REQUIRE(w.r.wait_for("/a", 100, 10s));
    CHECK(w.r.ids("/a").size() <= 102);  // stuck-1 failed; the free ones arrived
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 1'100));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("strict order survives failures: one at a time, in the order of the stream") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"ordering: strict", "retry_schedule: [100ms, 100ms]"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":2)");
    for (int n = 1; n <= 20; ++n)
        w.bus.publish("key" + std::to_string(n % 3), n, n);
    REQUIRE(w.r.wait_for("/a", 20));
    std::vector<std::string> expected;
    for (int n = 1; n <= 20; ++n)
        expected.push_back("key" + std::to_string(n % 3) + "-" + std::to_string(n));
    CHECK(w.r.ids("/a") == expected);
}

TEST_CASE("retries that wait survive a crash, with their attempts and in their key's order") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"ordering: per-key", "retry_schedule: [4s, 1s, 1s]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":5)");
    for (int key = 0; key < 5; ++key)
        w.bus.publish("key" + std::to_string(key), 1, 4);
    REQUIRE(eventually([&] { return waiting(w.bus) == 20; }));
    b.child().kill();
    b.restart();
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 20));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(w.r.count("/a").received == 25);  // the five that failed, once more each
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("the stream of retries is made again when it is deleted") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"retry_schedule: [500ms, 500ms, 500ms]"})});
    b.wait_for_endpoints(1);
    REQUIRE(eventually([&] { return w.bus.has_stream("WEBHOOK_RETRIES"); }));
    w.bus.delete_stream("WEBHOOK_RETRIES");
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("k", 1, 10);
    REQUIRE(w.r.wait_for("/a", 10, 20s));
    CHECK(w.bus.has_stream("WEBHOOK_RETRIES"));
}
