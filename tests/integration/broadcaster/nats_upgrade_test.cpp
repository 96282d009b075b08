// nats-server is replaced by the current version on the store that an older one wrote ($NATS_SERVERS_BEFORE; without
// it, by itself). What waits, positions, letters and the order of keys are all in that store.
#include "cluster_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

TEST_CASE("NATS is upgraded in place: what waits is delivered, in order, and nothing is lost") {
    const auto before = GENERATE(from_range(nats_server::versions_before()));
    CAPTURE(before);
    nats_server nats(true, "20GB", before);
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    r.behave("/refuses", R"("mode":"fail","status":422)");
    r.behave("/away", R"("mode":"fail","status":500)");
    const std::vector<std::string> endpoints{
        endpoint_yaml(r, "keys", {"ordering: per-key"}), endpoint_yaml(r, "strict", {"ordering: strict"}),
        endpoint_yaml(r, "refuses", {"retry_schedule: [50ms]", "failure_threshold: 1000"}),
        endpoint_yaml(r, "away", {"retry_schedule: [2s, 5s, 10s, 10s, 10s]", "failure_threshold: 1000"})};
    broadcaster_process b(nats.url(), endpoints);
    b.wait_for_endpoints(endpoints.size());
    bus.publish("k", 1, 40);
    REQUIRE(r.wait_for("/strict", 40));
    REQUIRE(eventually([&] { return waiting(bus) == 40 && bus.stream("WEBHOOK_DEAD_LETTERS").messages == 40; }));

    const auto letter = bus.stored("WEBHOOK_DEAD_LETTERS", 1).payload;

    nats.stop();
    nats.upgrade();
    nats.start();
    REQUIRE(eventually([&] { return bus.connected(); }));
    r.behave("/away", R"("mode":"ok")");
    bus.publish("k", 41, 80);

    std::vector<std::string> all;
    for (int n = 1; n <= 80; ++n)
        all.push_back("k-" + std::to_string(n));
    INFO(b.log());
    CHECK(r.wait_for("/keys", 80));
    CHECK(r.wait_for("/strict", 80));
    CHECK(r.ids("/keys") == all);
    CHECK(r.ids("/strict") == all);
    CHECK(eventually([&] { return id_set(r, "/away").size() == 80 && waiting(bus) == 0; }, 60s));
    CHECK(eventually([&] { return bus.stream("WEBHOOK_DEAD_LETTERS").messages == 80; }));
    CHECK(bus.stored("WEBHOOK_DEAD_LETTERS", 1).payload == letter);
}

TEST_CASE("The nodes of a NATS cluster are upgraded one after the other while events come, and none is lost") {
    const auto before = GENERATE(from_range(nats_server::versions_before()));
    CAPTURE(before);
    cluster_scene s(before);
    for (std::size_t node = 0; node < nats_cluster::size; ++node) {
        s.publish(10);
        s.nats.upgrade(node);
        s.publish(10);
        CHECK(s.delivered());
        REQUIRE(s.whole());
    }
    s.publish(20);
    s.check_all();
}
