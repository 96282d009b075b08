// A node that is behind the others, and serves consumers all the same.
#include "cluster_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

constexpr int many = 12, rounds = 4;
const std::string retries = "WEBHOOK_RETRIES";

std::string path(int n) { return "/e" + std::to_string(n); }

std::vector<std::string> endpoints_that_fail(receiver& r) {
    std::vector<std::string> all;
    for (int n = 0; n < many; ++n) {
        all.push_back(
            endpoint_yaml(r, "e" + std::to_string(n), {"retry_schedule: [6s, 6s, 6s, 6s, 6s, 6s, 6s, 6s, 6s]"}));
        r.behave(path(n), R"("mode":"fail","status":503)");
    }
    return all;
}

// The node that is to lead neither JetStream nor what waits for retries.
std::size_t third_node(const nats_cluster& nats, bus_client& bus, std::size_t& leader) {
    std::optional<std::size_t> places;
    REQUIRE(eventually([&] {
        places = nats.meta_leader();
        const auto leads = bus.leader_of(retries);
        if (leads.empty() || !places) return false;
        leader = nats_cluster::node_of(leads);
        if (leader != *places) return true;
        bus.api("STREAM.LEADER.STEPDOWN." + retries, "");
        return false;
    }));
    return nats_cluster::size - leader - *places;
}

}  // namespace

TEST_CASE("what waits for a retry is not lost to an owner whose consumer is at a node that lags") {
    nats_cluster nats;
    receiver r;
    bus_client bus(nats.urls());
    REQUIRE(make_stream_of_three(bus));
    const auto endpoints = endpoints_that_fail(r);
    const auto replica = [&](const std::string& urls) {
        return std::make_unique<broadcaster_process>(urls, endpoints,
                                                     std::map<std::string, std::string>{{"JETSTREAM_REPLICAS", "3"}});
    };
    auto one = replica(nats.urls());
    one->wait_for_endpoints(many);
    bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return waiting(bus) == many; }));
    REQUIRE(in_step(nats, bus, {"TODOS", retries}));
    std::size_t leader = 0;
    const auto lags = third_node(nats, bus, leader);
    const auto places = nats_cluster::size - leader - lags;
    one = replica(nats.url(places));
    one->wait_for_endpoints(many);
    nats.slow(leader, lags, 1500ms);
    for (int round = 2; round <= 1 + rounds; ++round) {
        auto next = replica(nats.url(places));
        REQUIRE(eventually([&] { return next->owned() > 0; }));
        const auto before = r.count().received;
        bus.publish("k", round, round);
        REQUIRE(eventually([&] { return r.count().received >= before + many; }));
        CHECK(one->child().stop() == std::optional<int>(0));
        one = std::move(next);
        REQUIRE(eventually([&] { return one->owned() == many; }));
    }
    nats.slow(leader, lags, 0ms);
    for (int n = 0; n < many; ++n)
        r.behave(path(n), R"("mode":"ok")");
    for (int n = 0; n < many; ++n) {
        INFO(path(n));
        CHECK(r.wait_for(path(n), 1 + rounds));
    }
}
