// Messages that wait for their retries: each gets its whole schedule, and none is in another's way.
#include <boost/json.hpp>
#include <csignal>

#include "endpoints_scene.hpp"
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

// A retry that an owner before this one writes late, as `like` was: of event `sequence`.
struct late_entry {
    std::string subject;
    tidings::bus::headers h;
};
late_entry late_entry_of(const tidings::bus::stored_message& like, int sequence) {
    const auto n = std::to_string(sequence);
    late_entry e{like.subject.substr(0, like.subject.rfind('.') + 1) + n, like.h};
    for (auto& [name, value] : e.h) {
        if (name == "Tidings-Epoch") value = "another-owner";
        if (name == "Tidings-Due") value = "1000";
        if (name == "Tidings-Stream-Sequence") value = n;
        if (name == "Tidings-Event-Id") value = "k-" + n;
    }
    std::erase_if(e.h, [](const auto& header) { return header.first.starts_with("Nats-"); });
    return e;
}

}  // namespace

TEST_CASE("however many messages fail, each is retried and none is given up") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a",
                       {"max_in_flight: 16", "retry_schedule: [200ms, 200ms, 200ms, 200ms, 200ms, 200ms, 1h]",
                        "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":300)");
    w.bus.publish("k", 1, 300);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 300));
    CHECK(b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 0);
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("as many messages are retried at a time as the endpoint has slots") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a",
                                                       {"max_in_flight: 64", "connections: 64", "retry_schedule: [3s]",
                                                        "timeout: 20s", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":128)");
    w.bus.publish("k", 1, 128);
    REQUIRE(eventually([&] { return waiting(w.bus) == 128; }));
    w.r.behave("/a", R"("mode":"slow","delay_ms":1000)");
    CHECK(w.r.wait_for("/a", 128, 10s));  // 16 s if they were eight at a time
}

TEST_CASE("one message that keeps failing does not hold up others, even with one slot") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"max_in_flight: 1", "retry_schedule: [1h]"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":422,"times":1)");
    w.bus.publish("refused", 1, 1);
    w.bus.publish("k", 1, 50);
    REQUIRE(w.r.wait_for("/a", 50, 10s));
    CHECK(eventually([&] { return waiting(w.bus) == 1; }));
    CHECK(eventually([&] { return w.bus.position("a") == 52; }));
}

TEST_CASE("a key that is retried holds up nobody else, whatever number of successors it has, and keeps its order") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"ordering: per-key", "max_in_flight: 32", "retry_schedule: [3s, 1h]"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("stuck", 1, 1'000);
    w.bus.publish("free", 1, 100);
    REQUIRE(w.r.wait_for("/a", 100, 10s));
    CHECK(w.r.ids("/a").size() <= 102);  // stuck-1 failed; the free ones arrived
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 1'100));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("strict order survives failures: one at a time, in the order of the stream") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"ordering: strict", "retry_schedule: [100ms, 100ms]"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":2)");
    for (int n = 1; n <= 20; ++n)
        w.bus.publish("key" + std::to_string(n % 3), n, n);
    REQUIRE(w.r.wait_for("/a", 20));
    std::vector<std::string> expected;
    for (int n = 1; n <= 20; ++n)
        expected.push_back("key" + std::to_string(n % 3) + "-" + std::to_string(n));
    CHECK(w.r.ids("/a") == expected);
}

TEST_CASE("retries that wait survive a crash, with their attempts and in their key's order") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"ordering: per-key", "retry_schedule: [4s, 1s, 1s]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":5)");
    for (int key = 0; key < 5; ++key)
        w.bus.publish("key" + std::to_string(key), 1, 4);
    REQUIRE(eventually([&] { return waiting(w.bus) == 20; }));
    b.child().kill();
    b.restart();
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 20));
    CHECK(w.r.count("/a").order_violations == 0);
    CHECK(w.r.count("/a").received == 25);  // the five that failed, once more each
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
}

TEST_CASE("what waits for retries is attempted only when all of it is known") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a", {"ordering: per-key", "retry_schedule: [3s, 1h]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500)");
    w.bus.publish("k", 1, 6'000);
    REQUIRE(eventually([&] { return w.r.count("/a").received == 2 && waiting(w.bus) == 6'000; }));
    // k-1 failed twice: it was stored again, behind its successors, which it holds up.
    REQUIRE(eventually([&] { return w.bus.stream("WEBHOOK_RETRIES").last_seq > 6'000; }));
    b.child().kill();
    b.restart();
    w.bus.publish("other", 1, 1);
    REQUIRE(eventually([&] { return w.r.count("/a").received >= 3; }));
    INFO(b.log());
    CHECK(w.r.ids("/a") == std::vector<std::string>{"k-1", "other-1"});
}

TEST_CASE("the stream of retries is made again when it is deleted") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"retry_schedule: [500ms, 500ms, 500ms]"})});
    b.wait_for_endpoints(1);
    REQUIRE(eventually([&] { return w.bus.has_stream("WEBHOOK_RETRIES"); }));
    w.bus.delete_stream("WEBHOOK_RETRIES");
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("k", 1, 10);
    const bool delivered = w.r.wait_for("/a", 10, 20s);
    INFO(b.log());
    REQUIRE(delivered);
    CHECK(w.bus.has_stream("WEBHOOK_RETRIES"));
}

TEST_CASE("a message that was let go is delivered, though a late entry of another owner was found of it meanwhile") {
    world w;
    broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a",
                       {"failure_threshold: 2", "first_probe: 500ms", "timeout: 2s", "retry_schedule: [1h, 1h]"})});
    b.wait_for_endpoints(1);
    w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return waiting(w.bus) == 1; }));
    w.r.behave("/a", R"("mode":"hang","delay_ms":60000,"times":1)");
    w.bus.publish("k", 2, 2);
    REQUIRE(eventually([&] { return w.r.count("/a").received == 2; }));
    const auto late = late_entry_of(latest_waiting(w.bus), 2);
    w.bus.publish_raw(late.subject, event_json("k", 2), late.h);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 1, 15s));  // the other one waits for an hour
    CHECK(w.r.ids("/a") == std::vector<std::string>{"k-1", "k-2"});
    CHECK(eventually([&] { return waiting(w.bus) == 1; }));
}

TEST_CASE("a message is not given up for gone when another owner replaces it just as it is fetched") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "a", {"failure_threshold: 1000", "retry_schedule: [1500ms, 1h]"})});
    b.wait_for_endpoints(1);
    for (int n = 1; n <= 3; ++n) {
        w.r.behave("/a", R"("mode":"fail","status":500,"times":1)");
        w.bus.publish("k", n, n);
        REQUIRE(eventually([&] { return waiting(w.bus) == 1; }));
        const auto last = latest_waiting(w.bus);
        auto late = late_entry_of(last, n);
        late.h.emplace_back("Nats-Expected-Last-Subject-Sequence", std::to_string(last.sequence));
        ::kill(w.nats.pid(), SIGSTOP);
        // When a question to the server has got no answer the retry has been due for a second.
        const auto report = [&] { return http_call("GET", b.url("/readyz?verbose")).body; };
        REQUIRE(eventually([&] { return report().find("JetStream: ") != std::string::npos; }));
        w.bus.publish_plain(late.subject, event_json("k", n), late.h);
        ::kill(w.nats.pid(), SIGCONT);
        INFO(b.log());
        REQUIRE(w.r.wait_for("/a", static_cast<std::uint64_t>(n), 10s));
        REQUIRE(eventually([&] { return waiting(w.bus) == 0; }));
    }
    CHECK(b.log().find("waited for its retry is gone") == std::string::npos);
}

TEST_CASE("what somebody else publishes among the retries, under whatever name, ends no owner of its shard") {
    world w;
    auto environment = with_key;
    environment["SHARDS"] = "1";
    broadcaster_process b(w.nats.url(), {}, environment);
    REQUIRE(eventually([&] { return follows(b); }));
    w.r.behave("/gone", R"("mode":"fail","status":500)");
    REQUIRE(call(b, "POST", collection, document(w.r, "gone")).status == 201);
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return w.bus.has_stream("WEBHOOK_RETRIES") && waiting(w.bus) == 1; }));
    w.bus.publish_raw("webhooks.retries.0.b$d_x.1.1", "x", {{"Tidings-Attempts", "1"}, {"Tidings-Due", "1"}});
    w.bus.publish_raw("webhooks.retries.0", "x", {});
    w.bus.publish_raw("$KV.WEBHOOK_ENDPOINTS.b$d", "x", {});
    w.bus.publish_raw("$KV.WEBHOOK_POSITIONS.shards.0.start.b$d_x", "x", {});
    b.child().kill();
    w.bus.publish_raw("$KV.WEBHOOK_ENDPOINTS.gone", "", {{"KV-Operation", "DEL"}});
    b.restart();
    INFO(b.log());
    // It asks of each name that it does not know, in their order.
    REQUIRE(eventually([&] { return b.log().find("endpoint removed") != std::string::npos; }));
    CHECK(b.child().running());
}
