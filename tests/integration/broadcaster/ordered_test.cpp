#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

std::string ordered(const receiver& r) { return endpoint_yaml(r, "a", {"ordering: per-key", "first_probe: 100ms"}); }

const std::map<std::string, std::string> short_wait{{"ACK_WAIT", "2s"}};

void publish_keys(bus_client& bus, int keys, int from, int to) {
    for (int n = from; n <= to; ++n) {
        for (int k = 0; k < keys; ++k)
            bus.publish("key" + std::to_string(k), n, n);
    }
}

}  // namespace

TEST_CASE("one replica owns an ordered endpoint, and every key arrives in order") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    r.behave("/a", R"("mode":"slow","delay_ms":5)");
    broadcaster_process one(nats.url(), {ordered(r)}), two(nats.url(), {ordered(r)});
    REQUIRE(eventually([&] {
        return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") +
                   two.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") ==
               1;
    }));
    publish_keys(bus, 5, 1, 60);
    REQUIRE(r.wait_for("/a", 300));
    CHECK(r.count("/a").order_violations == 0);
    CHECK(r.count("/a").repeated == 0);
}

TEST_CASE("events that an ordered endpoint does not want are passed over at full speed") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(
        nats.url(),
        {endpoint_yaml(r, "a", {"ordering: per-key", "max_in_flight: 8", "events: [io.tidings.todo.deleted.v1]"})});
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    bus.publish("k", 1, 1'000);  // one batch every half second would take a minute
    bus.publish_raw("todos.events", "{}", {{"Nats-Msg-Id", "gone"}, {"ce-type", "io.tidings.todo.deleted.v1"}});
    REQUIRE(r.wait_for("/a", 1, 20s));
    CHECK(r.ids("/a") == std::vector<std::string>{"gone"});
}

TEST_CASE("a failing event holds up its own key, not the others") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a", {"ordering: per-key", "retry_schedule: [2s, 1h]"})});
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    bus.publish("first", 1, 3);
    bus.publish("second", 1, 3);
    REQUIRE(r.wait_for("/a", 6));
    // By first arrival: first-1 came (and failed), the other key went on, first-2 waited for first-1's retry.
    const std::vector<std::string> expected{"first-1", "second-1", "second-2", "second-3", "first-2", "first-3"};
    CHECK(r.ids("/a") == expected);
    CHECK(r.count("/a").order_violations == 0);
}

TEST_CASE("the owner is killed: another takes over within 10 s and the order holds") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process one(nats.url(), {ordered(r)}, short_wait);
    REQUIRE(eventually([&] { return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    broadcaster_process two(nats.url(), {ordered(r)}, short_wait);
    r.behave("/a", R"("mode":"slow","delay_ms":20)");
    publish_keys(bus, 5, 1, 40);
    one.child().kill();
    const auto begin = std::chrono::steady_clock::now();
    publish_keys(bus, 5, 41, 60);
    REQUIRE(eventually([&] { return two.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    CHECK(std::chrono::steady_clock::now() - begin < 10s);
    INFO(two.log());
    REQUIRE(r.wait_for("/a", 300));
    CHECK(r.count("/a").order_violations == 0);
    WARN("duplicates: " << r.count("/a").repeated);
}

TEST_CASE("an owner that stops hands over at once") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process one(nats.url(), {ordered(r)});
    REQUIRE(eventually([&] { return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    broadcaster_process two(nats.url(), {ordered(r)});
    REQUIRE(eventually([&] { return two.ready(); }));
    publish_keys(bus, 3, 1, 20);
    CHECK(one.child().stop() == std::optional<int>(0));
    const auto begin = std::chrono::steady_clock::now();
    publish_keys(bus, 3, 21, 40);
    REQUIRE(r.wait_for("/a", 120));
    CHECK(std::chrono::steady_clock::now() - begin < 6s);
    CHECK(r.count("/a").order_violations == 0);
    CHECK(r.count("/a").repeated == 0);
}

TEST_CASE("NATS is killed while an ordered endpoint is delivered: the order holds") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    r.behave("/a", R"("mode":"slow","delay_ms":10)");
    broadcaster_process b(nats.url(), {ordered(r)}, short_wait);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    for (int round = 0; round < 3; ++round) {
        publish_keys(bus, 5, round * 20 + 1, round * 20 + 20);
        nats.kill();
        nats.start();
        REQUIRE(bus.connected());
    }
    INFO(b.log());
    REQUIRE(r.wait_for("/a", 300));
    CHECK(r.count("/a").order_violations == 0);
    WARN("duplicates: " << r.count("/a").repeated);
}

TEST_CASE("a frozen owner that wakes up does not deliver out of order") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process one(nats.url(), {ordered(r)}, short_wait);
    REQUIRE(eventually([&] { return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    broadcaster_process two(nats.url(), {ordered(r)}, short_wait);
    publish_keys(bus, 5, 1, 20);
    one.child().signal(SIGSTOP);
    publish_keys(bus, 5, 21, 40);
    REQUIRE(eventually([&] { return two.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 1; }));
    one.child().signal(SIGCONT);
    publish_keys(bus, 5, 41, 60);
    REQUIRE(r.wait_for("/a", 300));
    CHECK(r.count("/a").order_violations == 0);
    REQUIRE(eventually([&] { return one.metric(R"(broadcaster_endpoint_owner{endpoint="a"})") == 0; }));
}
