// What NATS may forget or lose: consumers, streams, the bucket of positions. Repeated, never skipped.
#include <boost/json.hpp>

#include "reading_scene.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> consumers_of(bus_client& bus, const std::string& stream) {
    std::vector<std::string> names;
    const auto reply = boost::json::parse(bus.api("CONSUMER.NAMES." + stream, ""));
    const auto* const all = reply.as_object().if_contains("consumers");
    if (all == nullptr || !all->is_array()) return names;
    for (const auto& name : all->as_array())
        names.emplace_back(name.as_string());
    return names;
}

std::string verbose(const broadcaster_process& b) { return http_call("GET", b.url("/readyz?verbose")).body; }

}  // namespace

TEST_CASE("a reader's consumer that is deleted is made again, and nothing is lost or repeated") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a"), endpoint_yaml(w.r, "b")});
    b.wait_for_endpoints(2);
    for (int round = 0; round < 3; ++round) {
        w.bus.publish("k", round * 100 + 1, round * 100 + 50);
        const auto names = consumers_of(w.bus, "TODOS");
        CHECK(names.size() <= 1);  // one reader for all endpoints
        for (const auto& name : names)
            w.bus.api("CONSUMER.DELETE.TODOS." + name, "");
        w.bus.publish("k", round * 100 + 51, round * 100 + 100);
    }
    REQUIRE(w.r.wait_for("/a", 300, 10s));
    REQUIRE(w.r.wait_for("/b", 300, 10s));
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("a stream that is deleted and made again is read from its beginning within 10 s") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a"), endpoint_yaml(w.r, "p", {"ordering: per-key"})});
    b.wait_for_endpoints(2);
    w.bus.publish("old", 1, 100);
    REQUIRE(w.r.wait_for("/a", 100));
    REQUIRE(w.r.wait_for("/p", 100));
    w.bus.delete_stream("TODOS");
    w.bus.make_stream();
    w.bus.publish("new", 1, 20);
    INFO(b.log());
    CHECK(w.r.wait_for("/a", 120, 10s));
    CHECK(w.r.wait_for("/p", 120, 10s));
    CHECK(b.log().find("stream was made anew") != std::string::npos);
    CHECK(eventually([&] { return w.bus.position("a") == 21; }));
}

TEST_CASE("of a stream that was made anew nothing is lost while no broadcaster runs, then and later") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a"), endpoint_yaml(w.r, "p", {"ordering: per-key"})});
    b.wait_for_endpoints(2);
    w.bus.publish("old", 1, 20);
    REQUIRE(w.r.wait_for("/a", 20));
    REQUIRE(w.r.wait_for("/p", 20));  // or they are gone with the stream
    const bool is_running = GENERATE(false, true);
    CAPTURE(is_running);
    if (!is_running) CHECK(b.child().stop() == std::optional<int>(0));
    w.bus.delete_stream("TODOS");
    w.bus.make_stream();
    w.bus.publish("new", 1, 20);
    if (!is_running) b.restart();
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 40, 10s));
    REQUIRE(eventually([&] { return w.bus.position("a") == 21 && w.bus.position("p") == 21; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    w.bus.publish("later", 1, 20);
    b.restart();
    REQUIRE(w.r.wait_for("/a", 60, 10s));
    REQUIRE(w.r.wait_for("/p", 60, 10s));
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("an endpoint with a position of its own in a stream that was made anew gets nothing of that twice") {
    world w;
    broadcaster_process b(
        w.nats.url(), {endpoint_yaml(w.r, "a"), endpoint_yaml(w.r, "h", {"failure_threshold: 1", "first_probe: 3s"})});
    b.wait_for_endpoints(2);
    w.r.behave("/h", R"("mode":"fail","status":500,"times":1)");
    w.bus.publish("old", 1, 1);
    REQUIRE(w.r.wait_for("/a", 1));
    REQUIRE(eventually([&] { return had_own_position(w.bus) == 1; }));
    w.bus.delete_stream("TODOS");
    w.bus.make_stream();
    w.bus.publish("new", 1, 20);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/h", 20, 10s));
    REQUIRE(eventually([&] { return w.bus.position("h") == 21; }));
    CHECK(b.child().stop() == std::optional<int>(0));
    w.bus.publish("later", 1, 20);
    b.restart();
    REQUIRE(w.r.wait_for("/h", 40, 10s));
    CHECK(w.r.count("/h").repeated == 0);
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("while its stream is missing the readiness report says so, and /readyz stays 200") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"source: {stream: ELSEWHERE}"})});
    REQUIRE(eventually([&] { return b.ready(); }));
    CHECK(eventually([&] { return verbose(b).find("stream ELSEWHERE does not exist") != std::string::npos; }));
    CHECK(b.ready());
    w.bus.api("STREAM.CREATE.ELSEWHERE", R"({"name":"ELSEWHERE","subjects":["elsewhere.>"],"storage":"file"})");
    w.bus.publish_raw("elsewhere.x", "not JSON", {{"Nats-Msg-Id", "e-1"}});
    REQUIRE(w.r.wait_for("/a", 1, 10s));
    CHECK(w.r.ids("/a") == std::vector<std::string>{"e-1"});
}

TEST_CASE("an endpoint reads a stream of somebody else, only the subjects that it wants, and changes nothing there") {
    world w;
    w.bus.api("STREAM.CREATE.ORDERS",
              R"({"name":"ORDERS","subjects":["orders.>"],"storage":"file","max_msgs":1000,"description":"theirs"})");
    const auto before = boost::json::parse(w.bus.api("STREAM.INFO.ORDERS", "")).at("config");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"source: {stream: ORDERS, subject: orders.paid.*}"}),
                                         endpoint_yaml(w.r, "t")});
    b.wait_for_endpoints(2);
    w.bus.publish_raw("orders.paid.1", "\x01\x02 bytes", {{"Nats-Msg-Id", "o-1"}, {"Content-Type", "text/plain"}});
    w.bus.publish_raw("orders.sent.1", "{}", {{"Nats-Msg-Id", "o-2"}});
    w.bus.publish_raw("orders.paid.2", "{}", {});
    w.bus.publish("k", 1, 1);
    REQUIRE(w.r.wait_for("/a", 2));
    REQUIRE(w.r.wait_for("/t", 1));
    const auto ids = id_set(w.r, "/a");
    REQUIRE(ids.size() == 2);
    CHECK(ids.begin()->starts_with("ORDERS-3-"));
    CHECK(*ids.rbegin() == "o-1");
    CHECK(w.r.ids("/t") == std::vector<std::string>{"k-1"});
    CHECK(boost::json::parse(w.bus.api("STREAM.INFO.ORDERS", "")).at("config") == before);
}

TEST_CASE("a purged stream is read on, with what is published afterwards") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":503)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"first_probe: 100ms", "longest_probe: 300ms"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1'000);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_state{endpoint="a"})") == 1; }));
    w.bus.api("STREAM.PURGE.TODOS", "");
    w.r.behave("/a", R"("mode":"ok")");
    w.bus.publish("l", 1, 10);
    REQUIRE(eventually([&] {
        const auto ids = w.r.ids("/a");
        return std::count_if(ids.begin(), ids.end(), [](const auto& id) { return id.starts_with("l-"); }) == 10;
    }));
    CHECK(b.log().find("were deleted or expired before") != std::string::npos);
}

TEST_CASE("when the bucket of positions is lost, every event that is kept comes again, and new ones within 10 s") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 50);
    REQUIRE(w.r.wait_for("/a", 50));
    w.bus.delete_stream("KV_WEBHOOK_POSITIONS");
    w.bus.publish("l", 1, 10);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 60, 10s));
    REQUIRE(eventually([&] { return w.bus.position("a") == 61; }));
    CHECK(b.log().find("the positions were lost") != std::string::npos);

    b.child().kill();
    w.bus.delete_stream("KV_WEBHOOK_POSITIONS");
    w.bus.publish("m", 1, 10);
    b.restart();
    REQUIRE(w.r.wait_for("/a", 70, 10s));
    CHECK(w.r.count("/a").repeated >= 60);
}

TEST_CASE("positions that are purged from their bucket are told, and every event that is kept comes again") {
    world w;
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 50);
    REQUIRE(w.r.wait_for("/a", 50));
    w.bus.api("STREAM.PURGE.KV_WEBHOOK_POSITIONS", "");
    w.bus.publish("l", 1, 10);
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 60, 10s));
    REQUIRE(eventually([&] { return w.bus.position("a") == 61; }));
    CHECK(b.log().find("its positions were removed from the bucket") != std::string::npos);
}

TEST_CASE("a bucket of positions that was set to forget them keeps them, and that is told") {
    world w;
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(1);
    const auto config = [&] {
        return boost::json::parse(w.bus.api("STREAM.INFO.KV_WEBHOOK_POSITIONS", "")).at("config").as_object();
    };
    auto forgets = config();
    forgets["max_age"] = 3'600'000'000'000;
    forgets["duplicate_window"] = 0;
    w.bus.api("STREAM.UPDATE.KV_WEBHOOK_POSITIONS", boost::json::serialize(forgets));
    INFO(b.log());
    CHECK(eventually([&] { return config().at("max_age") == 0; }, 10s));
    CHECK(eventually([&] { return b.log().find("was set to forget keys") != std::string::npos; }));
}

TEST_CASE("a paused endpoint costs no consumer, and its place survives a restart") {
    world w;
    w.r.behave("/away", R"("mode":"fail","status":503)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "away", {"first_probe: 500ms", "longest_probe: 500ms"}),
                                         endpoint_yaml(w.r, "good")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 500);
    REQUIRE(w.r.wait_for("/good", 500));
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_endpoint_state{endpoint="away"})") == 1; }));
    CHECK(eventually([&] { return consumers_of(w.bus, "TODOS").size() == 1; }));
    CHECK(eventually([&] { return w.bus.position("good") == 501; }));
    const auto place = w.bus.position("away");
    CHECK(place < 40);  // those that failed before it was paused wait for their own retries
    CHECK(b.child().stop() == std::optional<int>(0));
    w.r.behave("/away", R"("mode":"ok")");
    b.restart();
    REQUIRE(w.r.wait_for("/away", 500));
    CHECK(w.r.count("/good").repeated == 0);
    CHECK(eventually([&] { return w.bus.position("away") == 501; }));
}

TEST_CASE("a bucket of positions that is made anew with another number of shards ends the process, which says why") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"SHARDS", "2"}});
    b.wait_for_endpoints(1);
    b.child().signal(SIGSTOP);
    w.bus.delete_stream("KV_WEBHOOK_POSITIONS");
    w.bus.api("STREAM.CREATE.KV_WEBHOOK_POSITIONS",
              R"({"name":"KV_WEBHOOK_POSITIONS","subjects":["$KV.WEBHOOK_POSITIONS.>"],"max_msgs_per_subject":1,)"
              R"("allow_rollup_hdrs":true,"allow_direct":true})");
    w.bus.publish_raw("$KV.WEBHOOK_POSITIONS.shards.count", "64", {});
    b.child().signal(SIGCONT);
    CHECK(b.child().wait(20s) == 1);
    INFO(b.log());
    CHECK(b.log().find("made anew with 64 shards, and this process works with 2") != std::string::npos);
    b.restart();
    b.wait_for_endpoints(1);
}
