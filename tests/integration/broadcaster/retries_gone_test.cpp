// Messages that waited for their retries in a stream that was deleted.
#include <boost/json.hpp>

#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

void lose_retries(bus_client& bus, const std::string& how) {
    if (how == "deleted") return bus.delete_stream("WEBHOOK_RETRIES");
    if (how == "purged") return void(bus.api("STREAM.PURGE.WEBHOOK_RETRIES", ""));
    auto config = boost::json::parse(bus.api("STREAM.INFO.WEBHOOK_RETRIES", "")).at("config").as_object();
    config["max_msgs"] = 1;
    bus.api("STREAM.UPDATE.WEBHOOK_RETRIES", boost::json::serialize(config));
}

}  // namespace

TEST_CASE("what waited in WEBHOOK_RETRIES and was lost there is read again from its own stream") {
    world w;
    const std::string how = GENERATE("deleted", "purged", "limited");
    const std::string order = GENERATE("none", "per-key");
    CAPTURE(order, how);
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"ordering: " + order, "retry_schedule: [3s, 1s]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":10)");
    for (int i = 0; i < 5; ++i)
        w.bus.publish("k" + std::to_string(i), 1, 1);
    REQUIRE(eventually([&] { return waiting(w.bus) == 5; }));
    lose_retries(w.bus, how);
    const bool delivered = w.r.wait_for("/a", 5, 30s);
    INFO(b.log());
    CHECK(delivered);
    CHECK(w.r.count("/a").received == 15);
    CHECK(b.metric("broadcaster_retries_gone_total") == 0);
}

TEST_CASE("what waited for its retry and is gone everywhere is told, and counted") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"retry_schedule: [2s]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return waiting(w.bus) == 1; }));
    w.bus.api("STREAM.PURGE.TODOS", "");
    w.bus.delete_stream("WEBHOOK_RETRIES");
    INFO(b.log());
    CHECK(eventually([&] { return b.metric("broadcaster_retries_gone_total") == 1; }));
    CHECK(b.log().find("waited for its retry is gone") != std::string::npos);
}

TEST_CASE("what an owner settled just before it was replaced is not told as gone by the next") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"retry_schedule: [6s]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return waiting(w.bus) == 1; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    b.restart();
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_pending{endpoint="a"})") == 1; }));
    w.bus.api("STREAM.PURGE.WEBHOOK_RETRIES", "");
    INFO(b.log());
    REQUIRE(eventually([&] { return b.log().find("the owner before settled it") != std::string::npos; }));
    CHECK(b.metric("broadcaster_retries_gone_total") == 0);
}
