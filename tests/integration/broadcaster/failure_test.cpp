#include "endpoints_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const std::string quick_probes = "first_probe: 100ms";

double metric_state(const broadcaster_process& b, const std::string& endpoint) {
    return b.metric("broadcaster_endpoint_state{endpoint=\"" + endpoint + "\"}");
}

}  // namespace

TEST_CASE("a failing endpoint is paused, others continue, and nothing is lost when it recovers") {
    world w;
    w.r.behave("/bad", R"("mode":"fail","status":500)");
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "bad",
                                         {quick_probes, "longest_probe: 300ms",
                                          "retry_schedule: [100ms, 100ms, 100ms, 100ms, 100ms, 100ms, 100ms, 1h]"}),
                           endpoint_yaml(w.r, "good")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 300);
    REQUIRE(w.r.wait_for("/good", 300));
    REQUIRE(eventually([&] { return metric_state(b, "bad") == 1; }));
    CHECK(w.r.count("/bad").received < 300);
    w.r.behave("/bad", R"("mode":"ok")");
    INFO(b.log());
    REQUIRE(w.r.wait_for("/bad", 300));
    CHECK(eventually([&] { return metric_state(b, "bad") == 0; }));
    CHECK(w.r.count("/good").repeated == 0);
    CHECK(w.r.ids("/bad").size() == 300);
}

TEST_CASE("a paused endpoint with nothing but retries waiting is probed with one of them, and goes on") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {quick_probes, "longest_probe: 300ms", "retry_schedule: [2s, 1h]"}),
                           endpoint_yaml(w.r, "late", {"first_probe: 1h", "retry_schedule: [2s, 1h]"})});
    b.wait_for_endpoints(2);
    for (const auto* path : {"/a", "/late"})
        w.r.behave(path, R"("mode":"fail","status":500,"times":5)");
    w.bus.publish("k", 1, 5);
    REQUIRE(eventually([&] { return w.r.count("/a").received >= 5 && w.r.count("/late").received >= 5; }));
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 5, 10s));
    CHECK(eventually([&] { return metric_state(b, "a") == 0 && waiting(w.bus) == 5; }));
    // Those of the endpoint that is not probed for an hour are overdue: they are the oldest that wait.
    CHECK(eventually([&] { return b.metric(R"(broadcaster_oldest_pending_seconds{endpoint="late"})") > 2; }));
    CHECK(b.metric(R"(broadcaster_oldest_pending_seconds{endpoint="a"})") < 2);
}

TEST_CASE("a hanging endpoint times out and does not slow down the others") {
    world w;
    w.r.behave("/hangs", R"("mode":"hang")");
    broadcaster_process b(
        w.nats.url(), {endpoint_yaml(w.r, "hangs", {"timeout: 500ms", "connections: 2"}), endpoint_yaml(w.r, "good")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 100);
    CHECK(w.r.wait_for("/good", 100));
    CHECK(eventually(
        [&] { return b.metric(R"(broadcaster_webhook_requests_total{endpoint="hangs",outcome="timeout"})") >= 2; }));
}

TEST_CASE("a 410 disables the endpoint: nothing more is sent, its queue is kept") {
    world w;
    w.r.behave("/gone", R"("mode":"gone")");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "gone", {"connections: 1"}), endpoint_yaml(w.r, "good")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 50);
    REQUIRE(w.r.wait_for("/good", 50));
    REQUIRE(eventually([&] { return metric_state(b, "gone") == 2; }));
    const auto sent = w.r.count("/gone").received;
    w.bus.publish("l", 1, 50);
    REQUIRE(w.r.wait_for("/good", 100));
    CHECK(w.r.count("/gone").received == sent);
    CHECK(eventually([&] { return b.metric(R"(broadcaster_endpoint_pending{endpoint="gone"})") == 100; }));
}

TEST_CASE("429 with Retry-After pauses for that long") {
    world w;
    w.r.behave("/busy", R"("mode":"throttle","status":429,"retry_after":"2","times":1)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "busy", {"connections: 1", quick_probes})});
    b.wait_for_endpoints(1);
    const auto begin = std::chrono::steady_clock::now();
    w.bus.publish("k", 1, 20);
    REQUIRE(w.r.wait_for("/busy", 20));
    const auto took = std::chrono::steady_clock::now() - begin;
    CHECK(took >= 2s);
    CHECK(took < 12s);
}

TEST_CASE("503 with Retry-After puts off its own message and no other") {
    world w;
    w.r.behave("/a", R"("mode":"throttle","status":503,"retry_after":"7200","times":1)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"longest_retry_after: 2s", "retry_schedule: [1s]"}),
                                         endpoint_yaml(w.r, "b")});
    b.wait_for_endpoints(2);
    w.bus.publish("first", 1, 1);
    REQUIRE(eventually([&] { return w.r.count("/a").received == 1; }));
    const auto begin = std::chrono::steady_clock::now();
    w.bus.publish("k", 1, 50);
    REQUIRE(w.r.wait_for("/a", 50));
    CHECK(std::chrono::steady_clock::now() - begin < 2s);
    CHECK(metric_state(b, "a") == 0);
    REQUIRE(w.r.wait_for("/a", 51));
    CHECK(std::chrono::steady_clock::now() - begin > 1s);
    CHECK(b.log().find("\"delay_ms\":2000") != std::string::npos);
}

TEST_CASE("a message that keeps failing at a healthy endpoint becomes a dead letter, and can be replayed") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":422,"times":3)");
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"retry_schedule: [50ms, 50ms]"}), endpoint_yaml(w.r, "b")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 1; }));
    const auto letters = http_call("GET", b.url("/api/webhooks/dead-letters?endpoint=a"));
    REQUIRE(letters.status == 200);
    INFO(letters.body);
    CHECK(letters.body.find("\"event_id\":\"k-1\"") != std::string::npos);
    CHECK(letters.body.find("\"attempts\":\"3\"") != std::string::npos);
    CHECK(letters.body.find("\"status\":\"422\"") != std::string::npos);
    CHECK(eventually([&] { return w.bus.position("a") == 2; }));

    CHECK(http_call("POST", b.url("/api/webhooks/dead-letters/1/replay")).status == 200);
    REQUIRE(w.r.wait_for("/a", 1));
    CHECK(w.r.ids("/a") == std::vector<std::string>{"k-1"});
    CHECK(http_call("POST", b.url("/api/webhooks/dead-letters/1/replay")).status == 404);
    w.bus.publish("k", 2, 2);
    REQUIRE(w.r.wait_for("/b", 2));
    CHECK(w.r.count("/b").received == 2);
}

TEST_CASE("redirects are not followed") {
    world w;
    w.r.behave("/moved", R"("mode":"redirect")");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "moved", {"retry_schedule: []"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1);
    CHECK(eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="moved"})") == 1; }));
    CHECK(b.metric(R"(broadcaster_webhook_requests_total{endpoint="moved",outcome="redirect"})") >= 1);
    CHECK(w.r.count().received == w.r.count("/moved").received);
}

TEST_CASE("a receiver slower than a lease lasts gets the event once") {
    world w;
    w.r.behave("/slow", R"("mode":"slow","delay_ms":3500)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "slow", {"timeout: 20s"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 40);
    REQUIRE(w.r.wait_for("/slow", 40));
    CHECK(w.r.count("/slow").repeated == 0);
    CHECK(eventually([&] { return w.bus.position("slow") == 41; }));
}

TEST_CASE("loopback receivers are rejected unless allowed by the configuration") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"allow_private_addresses: false"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1);
    CHECK(eventually([&] {
        return b.metric(R"(broadcaster_webhook_requests_total{endpoint="a",outcome="address_refused"})") >= 1;
    }));
    CHECK(b.log().find("allow_private_addresses (ALLOW_PRIVATE_ADDRESSES) allows it") != std::string::npos);
    CHECK(w.r.count("/a").received == 0);
}

TEST_CASE("an endpoint that delivers nothing while events wait says so in state, report, metric and log") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":503)");
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"timeout: 1s", "failure_threshold: 1", "first_probe: 1h"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 20);
    const auto stalls = [&] { return b.metric(R"(broadcaster_endpoint_stalled{endpoint="a"})") == 1; };
    const auto page = [&](const char* path) { return http_call("GET", b.url(path)).body; };
    REQUIRE(eventually(stalls, 20s));
    const auto a = call(b, "GET", collection + "/a").body;
    CHECK(a.at("state") == "paused");
    CHECK(a.at("reason").as_string().starts_with("it is paused"));
    CHECK(a.at("pending") == 20);
    CHECK(a.at("last_failure").at("status") == 503);
    CHECK(a.at("last_failure").at("error") == "server_error");
    CHECK(a.at("next_probe_at").as_string() > a.at("last_failure").at("time").as_string());
    CHECK_FALSE(a.contains("last_success_at"));
    CHECK(page("/readyz?verbose").find("nothing is delivered to a") != std::string::npos);
    CHECK(http_call("GET", b.url("/readyz")).status == 200);
    CHECK(b.log().find("nothing is delivered to the endpoint") != std::string::npos);
    w.r.behave("/a", R"("mode":"ok")");
    CHECK(http_call("POST", b.url("/api/webhooks/endpoints/a:resume")).status / 100 == 2);
    REQUIRE(w.r.wait_for("/a", 20));
    CHECK(eventually([&] { return !stalls(); }));
    const auto after = call(b, "GET", collection + "/a").body;
    CHECK(after.at("last_success_at").as_string() > a.at("last_failure").at("time").as_string());
    CHECK(after.at("pending") == 0);
    CHECK_FALSE(after.contains("next_probe_at"));
}
