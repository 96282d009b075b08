// Endpoints of the API when the broadcaster, its bucket or NATS is lost.
#include "endpoints_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

TEST_CASE("stored endpoints survive a restart and a lost bucket, and invalid ones are shown and not used") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "stays")).status == 201);
    b.child().kill();
    b.restart();
    REQUIRE(eventually([&] { return state_of(b, "stays") == "healthy"; }));
    w.bus.publish_raw("$KV.WEBHOOK_ENDPOINTS.broken", R"({"document": {"name": "broken", "url": "nonsense"}})", {});
    REQUIRE(soon([&] { return state_of(b, "broken") == "waiting"; }));
    CHECK(call(b, "GET", collection + "/broken").text.find("/url") != std::string::npos);
    CHECK(b.log().find("a stored endpoint cannot be used") != std::string::npos);
    CHECK(call(b, "DELETE", collection + "/broken").status == 204);
    w.bus.publish_raw("$KV.WEBHOOK_ENDPOINTS.Not_A_Name", "{}", {});
    REQUIRE(soon([&] { return state_of(b, "Not_A_Name") == "waiting"; }));
    CHECK(call(b, "PATCH", collection + "/Not_A_Name", "{}").status == 422);
    CHECK(call(b, "DELETE", collection + "/Not_A_Name").status == 204);
    CHECK(soon([&] { return state_of(b, "Not_A_Name") == "404"; }));

    w.bus.delete_stream("KV_WEBHOOK_ENDPOINTS");
    REQUIRE(eventually([&] { return b.log().find("has lost a key: writing it again") != std::string::npos; }));
    CHECK(w.bus.has_stream("KV_WEBHOOK_ENDPOINTS"));
    w.bus.publish("a", 1, 5);
    REQUIRE(w.r.wait_for("/stays", 5));
    CHECK(state_of(b, "stays") == "healthy");
}

TEST_CASE("endpoints that were purged from their bucket are written there again") {
    world w;
    const std::string filter = GENERATE("", R"({"filter": "$KV.WEBHOOK_ENDPOINTS.one"})");
    CAPTURE(filter);
    const broadcaster_process a(w.nats.url(), {}, with_key), b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(a) && follows(b); }));
    for (const auto* name : {"one", "two", "gone"})
        REQUIRE(call(a, "POST", collection, document(w.r, name)).status == 201);
    REQUIRE(call(b, "DELETE", collection + "/gone").status == 204);
    w.bus.api("STREAM.PURGE.KV_WEBHOOK_ENDPOINTS", filter);
    CHECK(
        eventually([&] { return call(a, "PATCH", collection + "/one", R"({"connections": 3})").status == 200; }, 10s));
    CHECK(eventually([&] { return call(b, "GET", collection + "/one").body.at("connections") == 3; }));
    CHECK((a.log() + b.log()).find("has lost a key: writing it again") != std::string::npos);
    const broadcaster_process later(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(later); }));
    CHECK(state_of(later, "two") != "404");
    CHECK(state_of(later, "gone") == "404");
}

TEST_CASE("a change that NATS refuses to store gets its reason") {
    world w;
    const broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    auto config = boost::json::parse(w.bus.api("STREAM.INFO.KV_WEBHOOK_ENDPOINTS", "")).at("config").as_object();
    config["max_bytes"] = 1;
    w.bus.api("STREAM.UPDATE.KV_WEBHOOK_ENDPOINTS", boost::json::serialize(config));
    const auto refused = call(b, "POST", collection, document(w.r, "a"));
    CHECK(refused.status == 503);
    CHECK(refused.text.find("maximum bytes exceeded") != std::string::npos);
    CHECK(state_of(b, "a") == "404");
}

TEST_CASE("endpoints can be changed again after a NATS outage") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    REQUIRE(call(b, "POST", collection, document(w.r, "first")).status == 201);
    REQUIRE(soon([&] { return state_of(b, "first") == "healthy"; }));
    w.nats.stop();
    REQUIRE(eventually([&] { return call(b, "POST", collection, document(w.r, "second")).status == 503; }));
    w.nats.start();
    REQUIRE(eventually([&] { return call(b, "POST", collection, document(w.r, "second")).status == 201; }));
    w.bus.publish("a", 1, 5);
    CHECK(w.r.wait_for("/first", 5));
    CHECK(w.r.wait_for("/second", 5));
}

TEST_CASE("what is left of endpoints that were deleted while nobody owned their shard is removed by the next owner") {
    world w;
    broadcaster_process one(w.nats.url(), {}, with_key), two(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(one) && follows(two); }));
    REQUIRE(eventually([&] { return one.log().find("shard owned") != std::string::npos; }));
    for (int n = 0; n < 8; ++n) {
        const auto name = "e" + std::to_string(n);
        w.r.behave("/" + name, R"("mode":"fail","status":422)");
        REQUIRE(call(one, "POST", collection, document(w.r, name, R"(, "retry_schedule": ["1h"])")).status == 201);
    }
    REQUIRE(call(one, "POST", collection, document(w.r, "stays")).status == 201);
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return waiting(w.bus) == 8; }));
    REQUIRE(w.r.wait_for("/stays", 1));
    one.child().kill();
    for (int n = 0; n < 8; ++n)
        REQUIRE(call(two, "DELETE", collection + "/e" + std::to_string(n)).status == 204);
    INFO(two.log());
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
    CHECK(eventually([&] { return w.bus.position("e0") + w.bus.position("e3") + w.bus.position("e7") == 0; }));
    w.bus.publish("k", 2, 2);
    REQUIRE(w.r.wait_for("/stays", 2));
}
