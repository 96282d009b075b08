#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

std::string ordered(const receiver& r) { return endpoint_yaml(r, "a", {"ordering: per-key", "first_probe: 100ms"}); }

void publish_keys(bus_client& bus, int keys, int from, int to) {
    for (int n = from; n <= to; ++n) {
        for (int k = 0; k < keys; ++k)
            bus.publish("key" + std::to_string(k), n, n);
    }
}

}  // namespace

TEST_CASE("one replica owns an ordered endpoint, and every key arrives in order") {
    world w;
    w.r.behave("/a", R"("mode":"slow","delay_ms":5)");
    broadcaster_process one(w.nats.url(), {ordered(w.r)}), two(w.nats.url(), {ordered(w.r)});
    REQUIRE(eventually([&] {
        return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") +
                   two.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") ==
               1;
    }));
    publish_keys(w.bus, 5, 1, 60);
    REQUIRE(w.r.wait_for("/a", 300));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("an ordered endpoint skips filtered events at full speed") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"ordering: per-key", "max_in_flight: 8", "events: [io.tidings.todo.deleted.v1]"})});
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    w.bus.publish("k", 1, 1'000);  // one batch every half second would take a minute
    w.bus.publish_raw("todos.events", "{}", {{"Nats-Msg-Id", "gone"}, {"ce-type", "io.tidings.todo.deleted.v1"}});
    REQUIRE(w.r.wait_for("/a", 1, 20s));
    CHECK(w.r.ids("/a") == std::vector<std::string>{"gone"});
}

TEST_CASE("a failing event blocks only its own key") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"ordering: per-key", "retry_schedule: [2s, 1h]"})});
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    w.bus.publish("first", 1, 3);
    w.bus.publish("second", 1, 3);
    REQUIRE(w.r.wait_for("/a", 6));
    // By first arrival: first-1 arrived (and failed), the other key continued, first-2 waited for first-1's retry.
    const std::vector<std::string> expected{"first-1", "second-1", "second-2", "second-3", "first-2", "first-3"};
    CHECK(w.r.ids("/a") == expected);
    CHECK(w.r.count("/a").order_violations == 0);
}

TEST_CASE("when the owner is killed another takes over within 10 s and in order") {
    world w;
    broadcaster_process one(w.nats.url(), {ordered(w.r)});
    REQUIRE(eventually([&] { return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    broadcaster_process two(w.nats.url(), {ordered(w.r)});
    w.r.behave("/a", R"("mode":"slow","delay_ms":20)");
    publish_keys(w.bus, 5, 1, 40);
    one.child().kill();
    const auto begin = std::chrono::steady_clock::now();
    publish_keys(w.bus, 5, 41, 60);
    REQUIRE(eventually([&] { return two.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
    INFO(two.log());
    REQUIRE(w.r.wait_for("/a", 300));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(w.r.count("/a").repeated <= 20);  // of each of 5 keys what was done in the last 50 ms, and one in flight
}

TEST_CASE("an owner that stops hands over immediately") {
    world w;
    broadcaster_process one(w.nats.url(), {ordered(w.r)});
    REQUIRE(eventually([&] { return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    broadcaster_process two(w.nats.url(), {ordered(w.r)});
    REQUIRE(eventually([&] { return two.ready(); }));
    publish_keys(w.bus, 3, 1, 20);
    CHECK(one.child().stop() == std::optional<int>(0));
    const auto begin = std::chrono::steady_clock::now();
    publish_keys(w.bus, 3, 21, 40);
    REQUIRE(w.r.wait_for("/a", 120));
    CHECK(std::chrono::steady_clock::now() - begin < 6s);
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("ordered delivery keeps its order when NATS is killed") {
    world w;
    w.r.behave("/a", R"("mode":"slow","delay_ms":10)");
    broadcaster_process b(w.nats.url(), {ordered(w.r)});
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    for (int round = 0; round < 3; ++round) {
        publish_keys(w.bus, 5, round * 20 + 1, round * 20 + 20);
        w.nats.kill();
        w.nats.start();
        REQUIRE(w.bus.connected());
    }
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 300));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(w.r.count("/a").repeated <= 3 * 5);  // for each of 3 losses one per each of 5 keys
}

TEST_CASE("a frozen owner that wakes up does not deliver out of order") {
    world w;
    broadcaster_process one(w.nats.url(), {ordered(w.r)});
    REQUIRE(eventually([&] { return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    broadcaster_process two(w.nats.url(), {ordered(w.r)});
    publish_keys(w.bus, 5, 1, 20);
    one.child().signal(SIGSTOP);
    publish_keys(w.bus, 5, 21, 40);
    REQUIRE(eventually([&] { return two.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    one.child().signal(SIGCONT);
    publish_keys(w.bus, 5, 41, 60);
    REQUIRE(w.r.wait_for("/a", 300));
    CHECK(w.r.count("/a").order_violations == 0);
    REQUIRE(eventually([&] { return one.owned() + two.owned() == 1; }));  // perhaps it has been handed back
}
