// Writing and listing dead letters while NATS does not store or return them.
#include "records_scene.hpp"
#include "support/tcp_stream.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

// A stream of dead letters with a limit.
auto limited(const std::string& limits) {
    return [limits](bus_client& bus) {
        bus.api("STREAM.CREATE.WEBHOOK_DEAD_LETTERS",
                R"({"name":"WEBHOOK_DEAD_LETTERS","subjects":["webhooks.dead-letters.>"],"retention":"limits",)"
                R"("storage":"file","max_consumers":-1,"num_replicas":1,)" +
                    limits + '}');
    };
}

// Requests a list and reads none of it.
std::unique_ptr<tcp_stream> ask_for_list(const broadcaster_process& b) {
    auto s =
        std::make_unique<tcp_stream>("127.0.0.1", std::to_string(b.port()), std::chrono::steady_clock::now() + 30s);
    s->write("GET /api/webhooks/dead-letters?limit=200 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    return s;
}

void fill(scene& s) {
    for (int i = 0; i < 8; ++i)
        s.bus.publish_raw("webhooks.dead-letters.a", '"' + std::string(900'000, 'x') + '"', {});
}

}  // namespace

TEST_CASE("a letter too large for its stream is written in a smaller form") {
    scene s(limited(R"("discard":"old","max_msgs":-1,"max_msg_size":3000)"));
    s.bus.publish_raw("todos.events", '"' + std::string(4'000, 'x') + '"', {{"Nats-Msg-Id", "big"}, {"X", "y"}});
    REQUIRE(s.buried(1));
    CHECK(s.letter(0).at("left_out") == "headers body");
    CHECK(s.letter(0).at("event_id") == "big");
    CHECK(s.logs("retrying without"));
    CHECK(s.r.count("/a").received == 2);
    s.r.behave("/a", R"("mode":"ok")");
    CHECK(s.replay(1).status == 200);
    CHECK(s.r.wait_for("/a", 1));
}

TEST_CASE("a letter waits while its stream is full and the webhook is not sent again") {
    scene s(limited(R"("discard":"new","max_msgs":1)"));
    s.bus.publish("k", 1, 1);
    REQUIRE(s.buried(1));
    s.bus.publish("k", 2, 2);
    REQUIRE(s.logs("dead letter not stored yet"));
    CHECK(s.logs("maximum messages exceeded"));
    CHECK(s.b->metric("broadcaster_dead_letters_waiting") == 1);
    const auto health = http_call("GET", s.b->url("/readyz?verbose"));
    CHECK(health.status == 200);
    CHECK(health.body.find("dead letters: 1 waiting for their stream") != std::string::npos);
    s.bus.api("STREAM.MSG.DELETE.WEBHOOK_DEAD_LETTERS", R"({"seq":1})");
    REQUIRE(s.buried(2));
    CHECK(s.letter(0).at("event_id") == "k-2");
    CHECK(s.r.count("/a").received == 4);
    CHECK(s.b->metric("broadcaster_dead_letters_waiting") == 0);
}

TEST_CASE("an ordered endpoint continues after a letter was reduced") {
    scene s({}, {"ordering: per-key"});
    s.bus.publish_raw("todos.events", event_json("k", 1), {{"Nats-Msg-Id", "k-1"}, {"X", std::string(65'400, 'a')}});
    s.bus.publish("k", 2, 3);
    REQUIRE(s.buried(3));
    CHECK(s.letter(0).at("left_out") == "headers");
    CHECK(s.letter(2).at("event_id") == "k-3");
    CHECK(s.r.count("/a").received == 6);
    CHECK(eventually([&] { return s.bus.consumer("a").ack_floor_stream_seq == 3; }));
}

TEST_CASE("eight lists are read at a time and further requests get 503") {
    scene s;
    fill(s);
    std::vector<std::unique_ptr<tcp_stream>> lists(8);
    for (auto& list : lists)
        list = ask_for_list(*s.b);
    http_answer refused;
    CHECK(eventually([&] {
        refused = http_call("GET", s.b->url("/api/webhooks/dead-letters?limit=1"));
        return refused.status == 503;
    }));
    CHECK(refused.header("retry-after") == "1");
    lists.clear();
    CHECK(eventually([&] { return http_call("GET", s.b->url("/api/webhooks/dead-letters?limit=1")).status == 200; }));
}

TEST_CASE("a list interrupted by a NATS outage is cut off and never looks complete") {
    scene s;
    fill(s);
    const auto list = ask_for_list(*s.b);
    std::string text;
    REQUIRE(list->read_some(text));
    s.nats.kill();
    while (list->read_some(text)) {
    }
    CHECK(text.starts_with("HTTP/1.1 200"));
    CHECK(text.find("\"after\":") == std::string::npos);
    CHECK_FALSE(text.ends_with("0\r\n\r\n"));
    s.nats.start();
    CHECK(eventually([&] { return http_call("GET", s.b->url("/api/webhooks/dead-letters?limit=1")).status == 200; }));
}
