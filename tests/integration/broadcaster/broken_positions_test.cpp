// Single keys of the bucket of positions that are broken or gone while no broadcaster runs: said, and repeated, never
// skipped.
#include "endpoints_scene.hpp"
#include "reading_scene.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

// The subject of the one key that matches.
std::string key_like(bus_client& bus, const std::string& pattern) {
    const auto info = bus.api("STREAM.INFO.KV_WEBHOOK_POSITIONS", R"({"subjects_filter":")" + pattern + "\"}");
    const auto state = boost::json::parse(info).at("state").as_object();
    REQUIRE(state.at("subjects").as_object().size() == 1);
    return std::string(state.at("subjects").as_object().begin()->key());
}

// As somebody may do by hand.
void remove_key(bus_client& bus, const std::string& pattern) {
    bus.api("STREAM.PURGE.KV_WEBHOOK_POSITIONS", R"({"filter":")" + key_like(bus, pattern) + "\"}");
}

// "good" has had 100 events, and "down", made by the API, reads them from the beginning, and fails.
void one_that_lags(world& w, const broadcaster_process& b) {
    b.wait_for_endpoints(1);
    REQUIRE(eventually([&] { return follows(b); }));
    w.bus.publish("k", 1, 100);
    REQUIRE(w.r.wait_for("/good", 100));
    w.r.behave("/down", R"("mode":"fail","status":503)");
    const std::string settings = R"(, "deliver_from": "beginning", "failure_threshold": 1, "first_probe": "1s")";
    REQUIRE(call(b, "POST", collection, document(w.r, "down", settings)).status == 201);
    REQUIRE(eventually([&] {
        const auto key = w.bus.api("DIRECT.GET.KV_WEBHOOK_POSITIONS.$KV.WEBHOOK_POSITIONS.shards.0.key", "");
        return key.find(R"("own":{"count":1)") != std::string::npos;
    }));
}

const std::map<std::string, std::string> one_shard{{"ENDPOINTS_KEY", endpoints_key}, {"SHARDS", "1"}};

bool logged(const broadcaster_process& b, const std::string& text) { return b.log().find(text) != std::string::npos; }

}  // namespace

TEST_CASE("an endpoint whose own position cannot be read is told, and begins at the oldest event that is kept") {
    world w;
    w.r.behave("/down", R"("mode":"fail","status":503)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "good"),
                                         endpoint_yaml(w.r, "down", {"failure_threshold: 1", "first_probe: 1s"})});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 30);
    REQUIRE(w.r.wait_for("/good", 30));
    REQUIRE(eventually([&] { return had_own_position(w.bus) == 1; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    const auto value = GENERATE(values<std::string>({"{junk", "{}"}));
    CAPTURE(value);
    const auto key = key_like(w.bus, "$KV.*.shards.*.own.*.down");
    w.bus.publish_raw(key, value, {});
    w.r.behave("/down", R"("mode":"ok")");
    b.restart();
    INFO(b.log());
    CHECK(w.r.wait_for("/down", 30, 20s));
    CHECK(logged(b, "position of an endpoint cannot be read; it starts at the oldest event"));
    CHECK(logged(b, key.substr(key.find("shards."))));
    CHECK(w.r.count("/good").repeated == 0);
}

TEST_CASE("a bucket that takes no positions is told in NATS's words, and the shard is taken again when it does") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"SHARDS", "1"}});
    b.wait_for_endpoints(1);
    const auto limit = [&w](int bytes) {
        auto config = boost::json::parse(w.bus.api("STREAM.INFO.KV_WEBHOOK_POSITIONS", "")).at("config");
        config.as_object()["max_msg_size"] = bytes;
        w.bus.api("STREAM.UPDATE.KV_WEBHOOK_POSITIONS", boost::json::serialize(config));
    };
    const auto note = [&b] { return http_call("GET", b.url("/readyz?verbose")).body; };
    limit(10);
    INFO(b.log());
    CHECK(eventually([&] { return note().find("shard 0 is not taken yet: larger than") != std::string::npos; }, 15s));
    CHECK(logged(b, R"("reason":"larger than)"));
    limit(-1);
    CHECK(eventually([&] { return note().find("shard 0") == std::string::npos; }, 15s));
    w.bus.publish("k", 1, 10);
    CHECK(w.r.wait_for("/a", 10, 15s));
}

TEST_CASE("an own position that somebody removed is missed, and the shard goes on where it may have been") {
    world w;
    for (const auto* down : {"/down", "/down2"})
        w.r.behave(down, R"("mode":"fail","status":503)");
    const auto slow = [&w](const char* name) {
        return endpoint_yaml(w.r, name, {"failure_threshold: 1", "first_probe: 1s"});
    };
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "good"), slow("down"), slow("down2")}, {{"SHARDS", "1"}});
    b.wait_for_endpoints(3);
    w.bus.publish("k", 1, 30);
    REQUIRE(w.r.wait_for("/good", 30));
    REQUIRE(eventually([&] { return had_own_position(w.bus) == 2; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    remove_key(w.bus, "$KV.*.shards.*.own.*.down");
    for (const auto* down : {"/down", "/down2"})
        w.r.behave(down, R"("mode":"ok")");
    b.restart();
    INFO(b.log());
    CHECK(w.r.wait_for("/down", 30, 20s));
    CHECK(w.r.wait_for("/down2", 30, 20s));
    CHECK(logged(b, "positions of endpoints are gone"));
}

TEST_CASE("a position that is stored while the shard stands where it is, is missed as well") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "good")}, one_shard);
    one_that_lags(w, b);
    b.child().kill();
    remove_key(w.bus, "$KV.*.shards.*.own.*.*");
    w.r.behave("/down", R"("mode":"ok")");
    b.restart();
    INFO(b.log());
    CHECK(w.r.wait_for("/down", 100, 20s));
    CHECK(logged(b, "positions of endpoints are gone"));
}

TEST_CASE("an endpoint that lags is removed, and its owner dies at once: nothing is missed, and nothing comes again") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "good")}, one_shard);
    one_that_lags(w, b);
    REQUIRE(call(b, "DELETE", collection + "/down").status == 204);
    REQUIRE(eventually([&] { return logged(b, "endpoint removed"); }));
    b.child().kill();
    b.restart();
    b.wait_for_endpoints(1);
    w.bus.publish("k", 101, 101);
    INFO(b.log());
    CHECK(w.r.wait_for("/good", 101, 20s));
    CHECK(w.r.count("/good").repeated == 0);
    CHECK_FALSE(logged(b, "are gone"));
}

TEST_CASE("an endpoint whose start cannot be read is told, and nothing is skipped") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 10);
    REQUIRE(w.r.wait_for("/a", 10));
    CHECK(b.child().stop() == std::optional<int>(0));
    w.bus.publish("k", 11, 20);
    w.bus.publish_raw(key_like(w.bus, "$KV.*.shards.*.start.a"), "{junk", {});
    b.restart();
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 20, 20s));
    CHECK(logged(b, "position of an endpoint cannot be read; it starts at the oldest event"));
}

TEST_CASE("a start that somebody removed is missed, and nothing is skipped") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"SHARDS", "1"}});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 10);
    REQUIRE(w.r.wait_for("/a", 10));
    CHECK(b.child().stop() == std::optional<int>(0));
    w.bus.publish("k", 11, 20);
    remove_key(w.bus, "$KV.*.shards.*.start.a");
    b.restart();
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 20, 20s));
    CHECK(logged(b, "starts of endpoints are gone"));
}

TEST_CASE("a shard's key that is gone while nobody runs is told, and every event that is kept comes again") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"SHARDS", "1"}});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 10);
    REQUIRE(w.r.wait_for("/a", 10));
    CHECK(b.child().stop() == std::optional<int>(0));
    CHECK_FALSE(logged(b, "position of a shard is gone"));
    remove_key(w.bus, "$KV.*.shards.*.key");
    b.restart();
    INFO(b.log());
    CHECK(eventually([&] { return w.r.count("/a").repeated == 10; }));
    CHECK(logged(b, "position of a shard is gone; its endpoints start at the oldest event"));
}
