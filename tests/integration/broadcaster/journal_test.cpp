// Attempts and letters while their stream does not accept them.
#include <algorithm>

#include "records_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const std::string attempts_config =
    R"({"name":"WEBHOOK_ATTEMPTS","subjects":["webhooks.attempts.>"],"retention":"limits","storage":"file",)"
    R"("num_replicas":1,"max_consumers":-1,"max_age":604800000000000,"duplicate_window":600000000000,)";
const std::string closed = attempts_config + R"("discard":"new","max_msgs":1})";
const std::string open_again = attempts_config + R"("discard":"new","max_msgs":-1})";

}  // namespace

TEST_CASE("attempt records wait for their stream and are all stored once it accepts them") {
    world w;
    w.bus.api("STREAM.CREATE.WEBHOOK_ATTEMPTS", closed);
    w.bus.publish_raw("webhooks.attempts.x", "", {});
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 25'000);
    REQUIRE(w.r.wait_for("/a", 25'000));
    CHECK(w.bus.stream("WEBHOOK_ATTEMPTS").messages == 1);
    w.bus.api("STREAM.UPDATE.WEBHOOK_ATTEMPTS", open_again);
    CHECK(eventually([&] { return records(w.bus) == 25'000; }));
    CHECK(b.metric("broadcaster_attempt_records_dropped_total") == 0);
}

TEST_CASE("a deleted stream of attempts or letters is recreated within seconds") {
    scene s;
    REQUIRE(eventually([&] { return s.bus.has_stream("WEBHOOK_DEAD_LETTERS"); }));
    s.bus.delete_stream("WEBHOOK_DEAD_LETTERS");
    s.bus.delete_stream("WEBHOOK_ATTEMPTS");
    s.bus.publish("k", 1, 1);
    CHECK(eventually([&] { return s.bus.has_stream("WEBHOOK_DEAD_LETTERS") && s.bus.has_stream("WEBHOOK_ATTEMPTS"); },
                     3s));
    REQUIRE(s.buried(1));
    CHECK(s.letter(0).at("event_id") == "k-1");
    CHECK(s.r.count("/a").received == 2);
    CHECK(eventually([&] { return records(s.bus) == 3; }));  // two at a, one at b
}

TEST_CASE("attempts and letters leave room for events in a small store") {
    nats_server nats(true, "24MB");
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    r.behave("/a", R"("mode":"fail","status":422)");
    broadcaster_process b(
        nats.url(), {endpoint_yaml(r, "a", {"retry_schedule: [10ms]", "failure_threshold: 1000", "events: [big]"}),
                     endpoint_yaml(r, "b", {"events: [small]"})});
    b.wait_for_endpoints(2);
    for (const std::string name : {"WEBHOOK_DEAD_LETTERS", "WEBHOOK_ATTEMPTS", "WEBHOOK_RETRIES"})
        REQUIRE(eventually([&] { return bus.has_stream(name) && bus.stream(name).max_bytes == 2 << 20; }));
    CHECK(b.log().find("stream is smaller than configured") != std::string::npos);
    CHECK(http_call("GET", b.url("/readyz?verbose")).body.find("bytes at most: the server has no more space") !=
          std::string::npos);
    for (int i = 1; i <= 14; ++i) {
        bus.publish_raw("todos.events", std::string(900'000, 'x'),
                        {{"Nats-Msg-Id", "big" + std::to_string(i)}, {"ce-type", "big"}});
    }
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 14; }));
    bus.publish_raw("todos.events", "{}", {{"Nats-Msg-Id", "small"}, {"ce-type", "small"}});
    CHECK(r.wait_for("/b", 1));
}

TEST_CASE("streams of an earlier version get the configured limits") {
    world w;
    w.bus.api("STREAM.CREATE.WEBHOOK_ATTEMPTS", attempts_config + R"("discard":"old"})");
    w.bus.api("STREAM.CREATE.WEBHOOK_DEAD_LETTERS",
              R"({"name":"WEBHOOK_DEAD_LETTERS","subjects":["webhooks.dead-letters.>"],"storage":"file",)"
              R"("max_bytes":100000000,"num_replicas":1,"discard":"old"})");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")},
                          {{"ATTEMPTS_MAX_BYTES", "5000000"}, {"DEAD_LETTERS_MAX_BYTES", "7000000"}});
    CHECK(eventually([&] { return w.bus.stream("WEBHOOK_ATTEMPTS").max_bytes == 5'000'000; }));
    CHECK(eventually([&] { return w.bus.stream("WEBHOOK_DEAD_LETTERS").max_bytes == 7'000'000; }));
}
