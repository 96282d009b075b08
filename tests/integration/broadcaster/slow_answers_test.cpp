// JetStream that answers late, or takes no writes; and what nats-server itself keeps in a stream.
#include <array>
#include <boost/json/parse.hpp>
#include <ctime>

#include "suite.hpp"
#include "support/catch.hpp"
#include "support/tcp_relay.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const std::string positions = "KV_WEBHOOK_POSITIONS";

std::string positions_config(const std::string& subject) {
    return R"({"name":"KV_WEBHOOK_POSITIONS","subjects":[")" + subject +
           R"("],"retention":"limits","storage":"file","discard":"new","max_msgs_per_subject":1,"num_replicas":1,)"
           R"("deny_delete":true,"allow_rollup_hdrs":true,"allow_direct":true})";
}

bool told(const broadcaster_process& b, const std::string& words) {
    return eventually([&] { return http_call("GET", b.url("/readyz?verbose")).body.find(words) != std::string::npos; },
                      10s);
}

bool waits(const broadcaster_process& b) {
    return eventually(
        [&] {
            return http_call("GET", b.url("/api/webhooks/endpoints")).body.find("\"waiting\"") != std::string::npos;
        },
        10s);
}

std::string rfc3339(std::time_t t) {
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&t))};
}

}  // namespace

TEST_CASE("everything is delivered in order where all answers of the server come 1.3 s late") {
    world w;
    tcp_relay slow(w.nats.port());
    slow.delay_answers(1300ms);
    const broadcaster_process b("nats://127.0.0.1:" + std::to_string(slow.port()),
                                {endpoint_yaml(w.r, "any", {"deliver_from: beginning"}),
                                 endpoint_yaml(w.r, "keys", {"deliver_from: beginning", "ordering: per-key"}),
                                 endpoint_yaml(w.r, "strict", {"deliver_from: beginning", "ordering: strict"})});
    w.bus.publish("k", 1, 20);
    for (const auto* path : {"/any", "/keys", "/strict"}) {
        CAPTURE(path);
        CHECK(w.r.wait_for(path, 20, 60s));
    }
    CHECK(w.r.count().order_violations == 0);
    REQUIRE(w.bus.connected());
    CHECK(eventually([&] { return w.bus.stream("WEBHOOK_ATTEMPTS").messages > 0; }));
}

TEST_CASE("a bucket of positions that takes no writes is told within ten seconds, and heals without a loss") {
    world w;
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"ordering: per-key"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 10);
    REQUIRE(w.r.wait_for("/a", 10));
    w.bus.api("STREAM.UPDATE." + positions, positions_config("nowhere"));
    w.bus.publish("k", 11, 20);
    CHECK(told(b, "[!]delivery: "));
    CHECK(waits(b));
    CHECK(eventually([&] { return b.log().find("shard given up") != std::string::npos; }, 10s));
    w.bus.api("STREAM.UPDATE." + positions, positions_config("$KV.WEBHOOK_POSITIONS.>"));
    CHECK(w.r.wait_for("/a", 20));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(told(b, "[+]delivery ok"));
}

TEST_CASE("a bucket of positions that never took a write is told within ten seconds") {
    world w;
    w.bus.api("STREAM.CREATE." + positions, positions_config("nowhere"));
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    REQUIRE(eventually([&] { return b.ready(); }));
    CHECK(told(b, "[!]delivery: the bucket WEBHOOK_POSITIONS"));
    CHECK(waits(b));
    CHECK(eventually([&] { return b.log().find("endpoints are not delivered to") != std::string::npos; }, 10s));
}

// Servers from 2.12 on make the scheduled message and the marker; earlier ones keep only what is published here.
TEST_CASE("schedules and delete markers of the server are not delivered, what a schedule makes is") {
    world w;
    const auto varz = http_call("GET", "http://127.0.0.1:" + std::to_string(w.nats.monitor_port()) + "/varz").body;
    const std::string version(boost::json::parse(varz).at("version").as_string());
    const bool schedules = std::stoi(version.substr(version.find('.') + 1)) >= 12;  // 2.12
    w.bus.api("STREAM.CREATE.OTHERS",
              R"({"name":"OTHERS","subjects":["others.>"],"storage":"file","num_replicas":1,"allow_rollup_hdrs":true,)"
              R"("allow_msg_schedules":true,"allow_msg_ttl":true,"subject_delete_marker_ttl":1000000000})");
    const broadcaster_process b(w.nats.url(),
                                {endpoint_yaml(w.r, "a", {"source: {stream: OTHERS}", "deliver_from: beginning"})});
    b.wait_for_endpoints(1);
    w.bus.publish_raw("others.later", "1",
                      {{"Nats-Schedule", "@at " + rfc3339(std::time(nullptr) + 1)},
                       {"Nats-Schedule-Target", "others.due"},
                       {"Nats-Msg-Id", "schedule"}});
    w.bus.publish_raw("others.short", "2", {{"Nats-TTL", "1s"}, {"Nats-Msg-Id", "short"}});
    if (schedules) {
        REQUIRE(w.r.wait_for("/a", 2));
        REQUIRE(eventually([&] { return w.bus.stream("OTHERS").last_seq >= 4; }));
    } else {
        w.bus.publish_raw("others.short", "", {{"Nats-Marker-Reason", "MaxAge"}, {"Nats-Msg-Id", "marker"}});
    }
    w.bus.publish_raw("others.end", "3", {{"Nats-Msg-Id", "end"}});
    const auto ids = [&] { return w.r.ids("/a"); };
    REQUIRE(eventually([&] { return !ids().empty() && ids().back() == "end"; }));
    CHECK(ids().size() == (schedules ? 3 : 2));
    CHECK(ids().front() == "short");
}

TEST_CASE("a stream that takes no more consumers is told, holds up no other, and is delivered from once it does") {
    world w;
    w.bus.api("STREAM.CREATE.FULL", R"({"name":"FULL","subjects":["full.>"],"storage":"file","num_replicas":1,)"
                                    R"("max_consumers":1})");
    w.bus.api("CONSUMER.DURABLE.CREATE.FULL.other",
              R"({"stream_name":"FULL","config":{"durable_name":"other","ack_policy":"explicit"}})");
    w.bus.publish_raw("full.x", "{}", {{"Nats-Msg-Id", "before"}});
    std::vector<std::string> endpoints{endpoint_yaml(w.r, "a", {"source: {stream: FULL}"})};
    const std::vector<std::string> others{"b", "c", "d", "e", "f", "g", "h", "i"};  // in all shards
    for (const auto& name : others)
        endpoints.push_back(endpoint_yaml(w.r, name));
    const broadcaster_process b(w.nats.url(), endpoints);
    b.wait_for_endpoints(others.size());
    w.bus.publish("k", 1, 1);
    for (const auto& name : others)
        CHECK(w.r.wait_for("/" + name, 1));
    CHECK(told(b, "stream FULL takes no more consumers"));
    CHECK(waits(b));
    CHECK(eventually([&] { return b.log().find("stream FULL takes no more consumers") != std::string::npos; }, 10s));
    w.bus.publish_raw("full.x", "{}", {{"Nats-Msg-Id", "meanwhile"}});
    w.bus.api("CONSUMER.DELETE.FULL.other", "");
    CHECK(w.r.wait_for("/a", 1));
    CHECK(w.r.ids("/a") == std::vector<std::string>{"meanwhile"});
    CHECK(told(b, "[+]delivery ok"));
}

// consumer_limits: from 2.10 on; earlier servers pass over them.
TEST_CASE("a stream that allows its consumers little is delivered from") {
    world w;
    w.bus.api("STREAM.CREATE.NARROW", R"({"name":"NARROW","subjects":["narrow.>"],"storage":"file","num_replicas":1,)"
                                      R"("consumer_limits":{"max_ack_pending":10,"inactive_threshold":1000000000}})");
    const broadcaster_process b(w.nats.url(),
                                {endpoint_yaml(w.r, "a", {"source: {stream: NARROW}", "deliver_from: beginning"})});
    b.wait_for_endpoints(1);
    for (int i = 0; i < 20; ++i)
        w.bus.publish_raw("narrow.x", "{}", {{"Nats-Msg-Id", std::to_string(i)}});
    CHECK(w.r.wait_for("/a", 20));
}
