// Dead letters that are replayed.
#include <future>

#include "endpoints_scene.hpp"
#include "records_scene.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

TEST_CASE("a replay reaches its endpoint, whatever the letter says, and publishes nothing elsewhere") {
    scene s;
    s.r.behave("/a", R"("mode":"ok")");
    s.bus.publish_raw("webhooks.dead-letters.a", "{}",
                      {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "$JS.API.STREAM.DELETE.TODOS"}});
    s.bus.publish_raw("webhooks.dead-letters.gone", "{}",
                      {{"Tidings-Event-Id", "e"}, {"Tidings-Subject", "todos.events"}});
    s.bus.publish_raw("webhooks.dead-letters.a", "{}",
                      {{"Tidings-Event-Id", "e f"}, {"Tidings-Subject", "todos.events"}});
    CHECK(s.replay(1).status == 200);
    CHECK(s.replay(2).status == 409);
    CHECK(s.replay(3).status == 409);
    REQUIRE(s.r.wait_for("/a", 1));
    CHECK(s.r.ids("/a") == std::vector<std::string>{"e"});
    CHECK(s.bus.stream("TODOS").last_seq == 0);
    CHECK(s.get("dead-letters").at("items").as_array().size() == 2);
}

TEST_CASE("an event too large for its letter is replayed from the stream or not at all") {
    scene s;
    const auto body = R"({"pad":")" + std::string(1'048'576 - 400, 'x') + R"("})";
    s.bus.publish_raw("todos.events", body, {{"Nats-Msg-Id", "big"}});
    REQUIRE(s.buried(1));
    const auto letter = s.get("dead-letters").at("items").as_array().at(0).as_object();
    CHECK(letter.at("left_out") == "body");
    CHECK(letter.at("event").is_null());

    SECTION("from the stream") {
        s.r.behave("/a", R"("mode":"ok")");
        const auto answer = s.replay(1);
        INFO(answer.body);
        CHECK(answer.status == 200);
        CHECK(s.r.wait_for("/a", 1));
        CHECK(s.bus.stream("TODOS").last_seq == 1);
    }
    SECTION("deleted from the stream") {
        s.bus.delete_stream("TODOS");
        REQUIRE(eventually([&] { return s.bus.has_stream("TODOS"); }));
        CHECK(s.replay(1).status == 410);
        CHECK(s.get("dead-letters").at("items").as_array().size() == 1);
    }
}

TEST_CASE("a replay before the shards are known is to be asked for again") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":422,"times":1)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"retry_schedule: []"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 1; }));
    b.child().kill();
    w.bus.delete_stream("KV_WEBHOOK_POSITIONS");
    w.bus.api("STREAM.CREATE.IN_THE_WAY", R"({"name":"IN_THE_WAY","subjects":["$KV.WEBHOOK_POSITIONS.>"]})");
    b.restart();
    REQUIRE(eventually([&] { return b.ready(); }));
    const auto replay = [&] { return http_call("POST", b.url("/api/webhooks/dead-letters/1/replay")); };
    CHECK(eventually([&] {
        const auto early = replay();
        return early.status == 503 && !early.header("Retry-After").empty() &&
               early.body.find("positions") != std::string::npos;
    }));
    CHECK(w.r.count("/a").received == 1);
    w.bus.delete_stream("IN_THE_WAY");
    CHECK(eventually([&] { return replay().status == 200; }));
    CHECK(w.r.wait_for("/a", 1));
}

TEST_CASE("concurrent replays of one letter deliver once") {
    scene s;
    s.bus.publish("k", 1, 1);
    REQUIRE(s.buried(1));
    s.r.behave("/a", R"("mode":"ok")");
    std::vector<std::future<http_answer>> answers;
    for (int i = 0; i < 6; ++i)
        answers.push_back(std::async(std::launch::async, [&] { return s.replay(1); }));
    int done = 0;
    for (auto& a : answers) {
        const auto status = a.get().status;
        CHECK((status == 200 || status == 404));
        done += status == 200;
    }
    CHECK(done >= 1);
    REQUIRE(s.r.wait_for("/a", 1));
    CHECK(eventually([&] { return waiting(s.bus) == 0; }));
    CHECK(s.r.count("/a").received == 2 + 1);
}

// nats-server 2.9 stops its search for "Nats-Msg-Id" at "X-Nats-Msg-Id".
TEST_CASE("concurrent replays of one letter by two replicas deliver once") {
    scene s;
    broadcaster_process other(s.nats.url(), s.endpoints());
    wait_for_endpoints(*s.b, other, 2);
    s.bus.publish_raw("todos.events", "{}", {{"X-Nats-Msg-Id", "x"}, {"Nats-Msg-Id", "e-1"}});
    REQUIRE(s.buried(1, &other));
    s.r.behave("/a", R"("mode":"ok")");
    std::vector<std::future<http_answer>> answers;
    for (int i = 0; i < 6; ++i)
        answers.push_back(std::async(std::launch::async, [&, i] { return s.replay(1, i % 2 == 0 ? *s.b : other); }));
    for (auto& a : answers) {
        const auto status = a.get().status;
        CHECK((status == 200 || status == 404));
    }
    REQUIRE(s.r.wait_for("/a", 1));
    CHECK(eventually([&] { return waiting(s.bus) == 0; }));
    CHECK(s.r.count("/a").received == 2 + 1);
    CHECK(s.r.count("/b").received == 1);
    CHECK(s.r.ids("/a") == std::vector<std::string>{"e-1"});
}

TEST_CASE("a letter of an endpoint without secrets is replayed only to it with its old id") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    r.behave("/p", R"("mode":"fail","status":422)");
    broadcaster_process b(
        nats.url(), {"  - {name: p, url: '" + r.url("/p") + "', retry_schedule: [50ms]}\n", endpoint_yaml(r, "b")});
    b.wait_for_endpoints(2);
    const auto buried = [&](double n) {
        return eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="p"})") == n; });
    };
    bus.publish("k", 1, 1);
    REQUIRE(r.wait_for("/b", 1));
    REQUIRE(buried(1));
    CHECK(scene::replay(1, b).status == 200);
    REQUIRE(buried(2));
    const auto letters = http_call("GET", b.url("/api/webhooks/dead-letters")).body;
    CHECK(letters.find(R"("sequence":2)") != std::string::npos);
    CHECK(letters.find(R"("event_id":"k-1")") != std::string::npos);
    CHECK(r.count("/p").received == 4);
    CHECK(r.count("/b").received == 1);
}

TEST_CASE("an event of another stream is replayed from there, and to an endpoint in strict order") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    bus.api("STREAM.CREATE.ORDERS", R"({"name":"ORDERS","subjects":["orders.>"],"storage":"file"})");
    r.behave("/a", R"("mode":"fail","status":422)");
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a",
                                                     {"source: {stream: ORDERS}", "ordering: strict",
                                                      "retry_schedule: [50ms]", "failure_threshold: 1000"})});
    b.wait_for_endpoints(1);
    const auto body = '"' + std::string(1'048'576 - 400, 'x') + '"';
    bus.publish_raw("orders.paid", body, {{"Nats-Msg-Id", "big"}});
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 1; }));
    CHECK(scene::replay(1, b).status == 200);
    REQUIRE(eventually([&] { return b.metric(R"(broadcaster_dead_letters_total{endpoint="a"})") == 2; }));
    r.behave("/a", R"("mode":"ok")");
    CHECK(scene::replay(2, b).status == 200);
    REQUIRE(r.wait_for("/a", 1));
    CHECK(r.ids("/a") == std::vector<std::string>{"big"});
    CHECK(bus.stream("ORDERS").last_seq == 1);
    CHECK(bus.stream("TODOS").last_seq == 0);
    CHECK(eventually([&] { return waiting(bus) == 0; }));
}

TEST_CASE("a replay that an earlier version published is for its endpoint alone") {
    scene s;
    s.bus.publish_raw(
        "todos.events", "{}",
        {{"Nats-Msg-Id", "replay/1/t/v1,AAAA"}, {"Tidings-Endpoint", "c"}, {"Tidings-Replay", "v1,AAAA"}});
    s.bus.publish("k", 1, 1);
    REQUIRE(s.r.wait_for("/b", 1));
    CHECK(s.r.ids("/b") == std::vector<std::string>{"k-1"});
}

TEST_CASE("the letter of an endpoint that was deleted is not replayed to a later one of its name") {
    world w;
    broadcaster_process b(w.nats.url(), {}, with_key);
    REQUIRE(eventually([&] { return follows(b); }));
    w.r.behave("/a", R"("mode":"fail","status":500)");
    const auto wanted = document(w.r, "a", R"(, "retry_schedule": [])");
    REQUIRE(call(b, "POST", collection, wanted).status == 201);
    w.bus.publish("k", 1, 1);
    const auto letters = [&] { return call(b, "GET", "/api/webhooks/dead-letters").body.at("items").as_array(); };
    REQUIRE(eventually([&] { return w.bus.has_stream("WEBHOOK_DEAD_LETTERS") && letters().size() == 1; }));
    const auto received = w.r.count("/a").received;
    REQUIRE(call(b, "DELETE", collection + "/a").status == 204);
    REQUIRE(call(b, "POST", collection, wanted).status == 201);
    const auto refused = call(b, "POST", "/api/webhooks/dead-letters/1/replay");
    CHECK(refused.status == 409);
    CHECK(refused.text.find("inherits nothing") != std::string::npos);
    CHECK(letters().size() == 1);
    CHECK(w.r.count("/a").received == received);
}
