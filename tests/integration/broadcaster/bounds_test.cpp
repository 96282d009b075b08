// What is in hand is bounded, whatever number of endpoints hang and however large the events are.
#include "events/subjects.hpp"
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

void publish_large(bus_client& bus, int count, std::size_t bytes) {
    for (int i = 0; i < count; ++i)
        bus.publish_raw("todos.events", std::string(bytes, 'x'), {{"Nats-Msg-Id", "large-" + std::to_string(i)}});
}

std::vector<std::string> endpoints_that_hang(receiver& r, int count, const std::string& ordering) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) {
        const auto name = "h" + std::to_string(i);
        all.push_back(endpoint_yaml(r, name, {"timeout: 60s", "ordering: " + ordering}));
        r.behave("/" + name, R"("mode":"hang")");
    }
    return all;
}

// Types that only the endpoint `rare` does not want, as quickly as NATS takes them.
void publish_many(bus_client& bus, int count, std::size_t bytes) {
    const auto end = bus.stream("TODOS").last_seq + static_cast<std::uint64_t>(count);
    for (int i = 0; i < count; ++i)
        bus.publish_plain("todos.events", std::string(bytes, 'x'),
                          {{std::string(tidings::events::type_header), "many"}});
    REQUIRE(eventually([&] { return bus.stream("TODOS").last_seq == end; }, 60s));
}

// An event for `rare`: when it arrives, all before it were read.
bool was_read(world& w, const std::string& id) {
    w.bus.publish_raw("todos.events", "{}", {{"Nats-Msg-Id", id}, {std::string(tidings::events::type_header), "rare"}});
    return eventually([&] { return id_set(w.r, "/rare").contains(id); }, 60s);
}

}  // namespace

TEST_CASE("endpoints that are paused or disabled take no memory for what waits in their stream") {
    const auto [count, bytes] = GENERATE(table<int, std::size_t>({{100'000, 16}, {1'500, 60'000}}));
    CAPTURE(count, bytes);
    world w;
    std::vector<std::string> endpoints{endpoint_yaml(w.r, "rare", {"events: [rare]"})};
    for (int n = 0; n < 8; ++n) {
        const auto number = std::to_string(n), order = "ordering: " + std::string(n % 2 == 0 ? "none" : "per-key");
        endpoints.push_back(endpoint_yaml(w.r, "off" + number, {"enabled: false", order}));
        endpoints.push_back(endpoint_yaml(w.r, "down" + number,
                                          {"failure_threshold: 1", "first_probe: 1h", "longest_probe: 1h", order}));
        w.r.behave("/down" + number, R"("mode":"fail","status":503)");
    }
    broadcaster_process b(w.nats.url(), endpoints);
    b.wait_for_endpoints(endpoints.size());
    publish_many(w.bus, count / 5, bytes);
    for (int n = 0; n < 8; ++n)
        REQUIRE(eventually(
            [&] { return b.metric("broadcaster_endpoint_state{endpoint=\"down" + std::to_string(n) + "\"}") == 1; }));
    REQUIRE(was_read(w, "begin"));
    [[maybe_unused]] const auto before = b.child().peak_megabytes();
    publish_many(w.bus, count, bytes);
    REQUIRE(was_read(w, "end"));
    CHECK(w.bus.stream("TODOS").consumers <= 1);
    CHECK(w.r.count("/off0").received == 0);
#ifndef TIDINGS_SANITIZED
    CHECK(before > 5);
    CHECK(b.child().peak_megabytes() <= before + 8);
#endif
}

TEST_CASE("a hundred endpoints that hang with large events take little memory, and delay no other endpoint") {
    const std::string order = GENERATE("none", "per-key");
    INFO(order);
    world w;
    auto endpoints = endpoints_that_hang(w.r, 100, order);
    receiver healthy;  // the other one bounds the bodies that it holds
    endpoints.push_back(endpoint_yaml(healthy, "good"));
    broadcaster_process b(w.nats.url(), endpoints);
    b.wait_for_endpoints(101);
    publish_large(w.bus, 150, 900'000);
    INFO(b.log());
    CHECK(healthy.wait_for("/good", 150));
#ifndef TIDINGS_SANITIZED
    CHECK(b.child().peak_megabytes() > 5);
    CHECK(b.child().peak_megabytes() <= 96);
#endif
}

TEST_CASE("core mode drops what does not fit, and counts it") {
    world w;
    auto endpoints = endpoints_that_hang(w.r, 20, "none");
    broadcaster_process b(w.nats.url(), endpoints, {{"MODE", "core"}});
    b.wait_for_endpoints(20);
    CHECK(eventually([&] {
        w.bus.publish_plain("todos.events", std::string(900'000, 'x'), {});
        return b.metric(R"(broadcaster_messages_dropped_total{endpoint="h7"})") > 10;
    }));
#ifndef TIDINGS_SANITIZED
    CHECK(b.child().peak_megabytes() <= 96);
#endif
}

TEST_CASE("retries that find no room in their stream wait in hand, and none is lost") {
    world w;
    // On a slow machine one event may take all failures: none of them may be the last, nor the next try far away.
    constexpr int failures = 49;
    std::string schedule = "retry_schedule: [100ms";
    for (int i = 1; i < failures; ++i)
        schedule += ", 100ms";
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {schedule + "]", "failure_threshold: 1000"})},
                          {{"RETRIES_MAX_BYTES", "2000000"}});
    b.wait_for_endpoints(1);
    REQUIRE(eventually([&] { return w.bus.has_stream("WEBHOOK_RETRIES"); }));
    REQUIRE(eventually([&] { return w.bus.stream("WEBHOOK_RETRIES").max_bytes == 2'000'000; }));
    w.r.behave("/a", R"("mode":"fail","status":500,"times":)" + std::to_string(failures));
    publish_large(w.bus, 40, 150'000);
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 40, 60s));
    CHECK(b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 0);
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("a message that found no room for its retry is tried again from hand when it is due") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "full", {"retry_schedule: [1h]", "failure_threshold: 1000"}),
                           endpoint_yaml(w.r, "a", {"ordering: per-key", "retry_schedule: [500ms, 500ms, 1h]"})},
                          {{"RETRIES_MAX_BYTES", "2000000"}});
    b.wait_for_endpoints(2);
    REQUIRE(eventually([&] { return w.bus.has_stream("WEBHOOK_RETRIES"); }));
    REQUIRE(eventually([&] { return w.bus.stream("WEBHOOK_RETRIES").max_bytes == 2'000'000; }));
    w.r.behave("/full", R"("mode":"fail","status":422)");
    publish_large(w.bus, 20, 150'000);
    REQUIRE(w.r.wait_for("/a", 20));
    REQUIRE(eventually([&] { return w.r.count("/full").received == 20; }));
    const auto before = waiting(w.bus);
    CHECK(before < 20);
    w.r.behave("/a", R"("mode":"fail","status":422,"times":2)");
    w.bus.publish_raw("todos.events", std::string(150'000, 'x'), {{"Nats-Msg-Id", "refused-twice"}});
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 21, 10s));
    CHECK(eventually([&] { return waiting(w.bus) == before; }));
    CHECK(w.r.count("/a").received == 23);
}

TEST_CASE("what an attempt could not write down again is tried again all the same") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"retry_schedule: [200ms, 200ms, 200ms, 1h]", "ordering: per-key"})},
                          {{"RETRIES_MAX_BYTES", "1048576"}});
    b.wait_for_endpoints(1);
    REQUIRE(eventually([&] { return w.bus.has_stream("WEBHOOK_RETRIES"); }));
    REQUIRE(eventually([&] { return w.bus.stream("WEBHOOK_RETRIES").max_bytes == 1'048'576; }));
    w.r.behave("/a", R"("mode":"fail","status":500,"times":3)");
    publish_large(w.bus, 1, 900'000);
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 1, 20s));
    CHECK(w.r.count("/a").received == 4);
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("headers and keys count as what is in hand") {
    const std::string header = GENERATE("X-Pad", "ce-partitionkey");
    CAPTURE(header);
    world w;
    w.r.behave("/a", R"("mode":"hang")");
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"timeout: 60s", "max_in_flight: 10000", "ordering: per-key"})});
    b.wait_for_endpoints(1);
    for (int i = 0; i < 2'000; ++i)
        w.bus.publish_raw("todos.events", "{}",
                          {{"Nats-Msg-Id", std::to_string(i)}, {header, std::to_string(i) + std::string(60'000, 'x')}});
    REQUIRE(eventually([&] { return w.r.count("/a").received > 0; }));
    CHECK(eventually([&] { return b.metric(R"(broadcaster_endpoint_pending{endpoint="a"})") >= 2'000; }));
    INFO(b.log());
#ifndef TIDINGS_SANITIZED
    CHECK(b.child().peak_megabytes() > 5);
    CHECK(b.child().peak_megabytes() <= 96);
#endif
}
