#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;

TEST_CASE("core mode works without JetStream, shares events in its group, and warns") {
    nats_server nats(false);
    receiver r;
    const std::map<std::string, std::string> core{{"MODE", "core"}};
    broadcaster_process one(nats.url(), {endpoint_yaml(r, "a")}, core), two(nats.url(), {endpoint_yaml(r, "a")}, core);
    for (auto* b : {&one, &two}) {
        REQUIRE(eventually([&] { return b->metric("broadcaster_nats_connected") == 1; }));
        CHECK(b->log().find("AT MOST ONCE") != std::string::npos);
    }
    bus_client bus(nats.url());
    // At most once: publish until the subscriptions are known to exist, then count.
    int n = 0;
    REQUIRE(eventually([&] {
        ++n;
        bus.publish_plain("todos.events", event_json("probe", n), {{"Nats-Msg-Id", "probe-" + std::to_string(n)}});
        return one.metric(R"(broadcaster_messages_processed_total{endpoint="a"})") > 0 &&
               two.metric(R"(broadcaster_messages_processed_total{endpoint="a"})") > 0;
    }));
    const auto before = r.count("/a").accepted;
    for (int i = 1; i <= 200; ++i) {
        bus.publish_plain("todos.events", event_json("k", i), {{"Nats-Msg-Id", "k-" + std::to_string(i)}});
    }
    CHECK(r.wait_for("/a", before + 200));
    CHECK(r.count("/a").repeated == 0);
}

TEST_CASE("core mode retries a failed webhook in memory") {
    nats_server nats(false);
    receiver r;
    r.behave("/a", R"("mode":"fail","status":500,"times":2)");
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a", {"retry_schedule: [50ms, 50ms, 50ms]"})},
                          {{"MODE", "core"}});
    bus_client bus(nats.url());
    int n = 0;
    REQUIRE(eventually([&] {
        ++n;
        bus.publish_plain("todos.events", event_json("k", n), {{"Nats-Msg-Id", "k-" + std::to_string(n)}});
        return r.count("/a").accepted >= 3;
    }));
    CHECK(eventually(
        [&] { return b.metric(R"(broadcaster_webhook_requests_total{endpoint="a",outcome="server_error"})") == 2; }));
}

TEST_CASE("core mode follows every subject") {
    nats_server nats(false);
    receiver r;
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a")}, {{"MODE", "core"}, {"SUBJECTS", "first,second.*"}});
    bus_client bus(nats.url());
    for (const char* subject : {"first", "second.x"}) {
        const auto before = r.count("/a").accepted;
        int n = 0;
        CHECK(eventually([&] {
            const auto key = std::string(subject) + std::to_string(++n);
            bus.publish_plain(subject, event_json(key, n), {{"Nats-Msg-Id", key}});
            return r.count("/a").accepted > before;
        }));
    }
}
