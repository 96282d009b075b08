// Endpoints that fall behind, and what it costs to bring them back.
#include <algorithm>

#include "reading_scene.hpp"
#include "support/catch.hpp"
#include "support/tcp_relay.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

constexpr int late = 10, prompt = 30;

std::vector<std::string> late_and_prompt(receiver& r) {
    std::vector<std::string> endpoints;
    for (int n = 0; n < late; ++n) {
        const auto name = named("late", n);
        endpoints.push_back(endpoint_yaml(r, name, {"events: [" + name + "]", "ordering: strict"}));
        r.behave("/" + name, R"("mode":"slow","delay_ms":1500,"times":1)");
    }
    for (int n = 0; n < prompt; ++n)
        endpoints.push_back(endpoint_yaml(r, named("prompt", n), {"events: [busy]"}));
    return endpoints;
}

// One for each that is late.
void publish_to_late(bus_client& bus, const std::string& what) {
    for (int n = 0; n < late; ++n)
        publish(bus, named("late", n), named(what, n));
}

bool late_have(const receiver& r, std::uint64_t count) {
    for (int n = 0; n < late; ++n)
        if (r.count("/" + named("late", n)).received < count) return false;
    return true;
}

}  // namespace

TEST_CASE("endpoints that were late and missed little come back without reading the stream again") {
    world w;
    const auto endpoints = late_and_prompt(w.r);
    const broadcaster_process b(w.nats.url(), endpoints);
    b.wait_for_endpoints(endpoints.size());
    publish_to_late(w.bus, "first");
    std::uint64_t readers = 0, busy = 0;
    const auto keep_busy = [&](auto until) {
        return eventually([&] {
            publish(w.bus, "busy", "busy" + std::to_string(++busy));
            readers = std::max(readers, w.bus.stream("TODOS").consumers);
            return until();
        });
    };
    // They hold the shards' positions back, so they leave the shared reader.
    REQUIRE(keep_busy([&] { return had_own_position(w.bus) == late; }));
    publish_to_late(w.bus, "second");
    INFO(b.log());
    CHECK(keep_busy([&] { return late_have(w.r, 2); }));
    publish_to_late(w.bus, "third");
    CHECK(keep_busy([&] { return late_have(w.r, 3); }));
    CHECK(w.r.wait_for("/prompt0", busy));
    for (int n = 0; n < late; ++n)
        CHECK(w.r.ids("/" + named("late", n)) ==
              std::vector<std::string>{named("first", n), named("second", n), named("third", n)});
    CHECK(readers == 1);
}

TEST_CASE("a backlog is read once, also when the only endpoint of it has fallen behind") {
    constexpr int backlog = 20'000;
    world w;
    w.bus.publish("k", 1, backlog);
    w.r.behave("/a", R"("mode":"slow","delay_ms":800,"times":32)");
    const auto before = messages_sent_by(w.nats);
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"deliver_from: beginning"})});
    REQUIRE(w.r.wait_for("/a", backlog, 60s));
    INFO(b.log());
    CHECK(messages_sent_by(w.nats) - before < backlog + backlog / 2);
}

// It lets go of an event while the next one is on its way to it.
TEST_CASE("an endpoint that goes down while it reads what it missed gets all of it when it is up again") {
    constexpr int last = 12;
    world w;
    tcp_relay link(w.nats.port());
    const broadcaster_process b(
        "nats://127.0.0.1:" + std::to_string(link.port()),
        {endpoint_yaml(w.r, "rides"),
         endpoint_yaml(w.r, "a",
                       {"failure_threshold: 2", "first_probe: 100ms", "retry_schedule: [200ms, 200ms, 200ms, 1s]"})});
    b.wait_for_endpoints(2);
    w.r.behave("/a", R"("mode":"fail","status":503)");
    w.bus.publish("k", 1, 2);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_state{endpoint="a"})") == 1; }));
    w.bus.publish("k", 3, last);
    REQUIRE(w.r.wait_for("/rides", last));
    link.delay_answers(300ms);
    w.r.behave("/a", R"("mode":"ok")");
    REQUIRE(w.r.wait_for("/a", 1));
    w.r.behave("/a", R"("mode":"fail","status":503,"times":3)");
    CHECK(w.r.wait_for("/a", last));
    INFO(b.log());
    CHECK(id_set(w.r, "/a").size() == last);
}

TEST_CASE("a new endpoint gets its events at once, whatever waits for those that are disabled") {
    constexpr int backlog = 20'000;
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "waits")).status == 201);
    REQUIRE(call(b, "POST", collection + "/waits:disable").status == 200);
    REQUIRE(eventually([&] { return w.bus.position("waits") > 0; }));
    w.bus.publish("k", 1, backlog);
    const auto before = messages_sent_by(w.nats);
    REQUIRE(call(b, "POST", collection, document(w.r, "fresh")).status == 201);
    w.bus.publish("fresh", 1, 1);
    REQUIRE(w.r.wait_for("/fresh", 1));
    CHECK(messages_sent_by(w.nats) - before < backlog / 4);
    REQUIRE(call(b, "POST", collection + "/waits:enable").status == 200);
    INFO(b.log());
    CHECK(w.r.wait_for("/waits", backlog + 1, 60s));
    CHECK(w.r.count("/fresh").received == 1);
}

TEST_CASE("the only endpoint gets other events while one attempt hangs") {
    const std::string order = GENERATE("none", "per-key");
    CAPTURE(order);
    world w;
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"timeout: 60s", "ordering: " + order})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"hang","delay_ms":60000,"times":1)");
    publish(w.bus, "x", "hangs");
    REQUIRE(eventually([&] { return w.r.count("/a").received == 1; }));
    REQUIRE(eventually([&] { return had_own_position(w.bus) == 1; }));
    for (int n = 1; n <= 40; ++n)
        publish(w.bus, "x", named("e", n));
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 40, 10s));
}

TEST_CASE("an endpoint that is down and has nothing left to be probed with is probed with the next event") {
    world w;
    const broadcaster_process b(
        w.nats.url(), {endpoint_yaml(w.r, "a", {"failure_threshold: 1", "first_probe: 100ms", "retry_schedule: []"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 1; }));
    w.bus.publish("k", 2, 2);
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 1, 10s));
}

TEST_CASE("an endpoint that begins beyond the end of the stream waits for it, and nothing is repeated") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "waits")).status == 201);
    w.bus.publish("k", 1, 5);
    REQUIRE(w.r.wait_for("/waits", 5));
    REQUIRE(call(b, "POST", collection + "/waits:disable").status == 200);
    const auto made = call(b, "POST", collection, document(w.r, "later", R"(, "deliver_from": "1000")"));
    INFO(made.text);
    REQUIRE(made.status == 201);
    w.bus.publish("k", 6, 6);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_owner{endpoint="later"})") == 1; }));
    // A stream that ends below what was read is taken for another one after four seconds.
    CHECK_FALSE(eventually([&] { return b.log().find("made anew") != std::string::npos; }, 6s));
    REQUIRE(call(b, "POST", collection + "/waits:enable").status == 200);
    INFO(b.log());
    CHECK(w.r.wait_for("/waits", 6));
    CHECK(w.r.count("/waits").repeated == 0);
    CHECK(w.r.count("/later").received == 0);
}
