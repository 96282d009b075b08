#include <algorithm>

#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

TEST_CASE("every endpoint gets every event once, signed, with the event's id") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a"), endpoint_yaml(w.r, "b")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 200);
    for (const char* path : {"/a", "/b"}) {
        INFO(path << "\n" << b.log());
        REQUIRE(w.r.wait_for(path, 200));
        auto ids = w.r.ids(path);
        CHECK(ids.size() == 200);
        CHECK(std::count(ids.begin(), ids.end(), "k-17") == 1);
        CHECK(w.r.count(path).bad_signatures == 0);
        CHECK(w.r.count(path).repeated == 0);
    }
    CHECK(b.metric(R"(broadcaster_webhook_requests_total{endpoint="a",outcome="success"})") == 200);
    CHECK(b.metric("broadcaster_nats_connected") == 1);
    CHECK(eventually([&] { return w.bus.position("a") == 201 && w.bus.position("b") == 201; }));
}

TEST_CASE("format log-only only logs each event, in either ordering") {
    world w;
    broadcaster_process b(w.nats.url(),
                          {"  - {name: log, format: log-only}\n",
                           "  - {name: sorted, format: log-only, ordering: per-key}\n", endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(3);
    w.bus.publish("k", 1, 100);
    REQUIRE(w.r.wait_for("/a", 100));
    for (const char* endpoint : {"log", "sorted"}) {
        INFO(endpoint << "\n" << b.log());
        REQUIRE(eventually([&] {
            return b.metric("broadcaster_messages_processed_total{endpoint=\"" + std::string(endpoint) + "\"}") == 100;
        }));
        CHECK(eventually([&] { return w.bus.position(endpoint) == 101; }));
    }
    CHECK(b.log().find(R"("endpoint":"log","event_id":"k-100")") != std::string::npos);
}

TEST_CASE("a chat gets what happened as its kind of message, signed as it is sent, and a test webhook too") {
    const std::string format = GENERATE("slack", "discord", "telegram");
    CAPTURE(format);
    world w;
    const auto url = w.r.url("/chat?chat_id=7");
    const broadcaster_process b(w.nats.url(), {"  - {name: chat, format: " + format + ", secret: " + receiver::secret +
                                               ", url: '" + url + "'}\n"});
    b.wait_for_endpoints(1);
    w.bus.publish_raw("todos.events", R"({"specversion":"1.0","data":{"todo":{"title":"Buy milk"}}})",
                      {{"Nats-Msg-Id", "e-1"}, {"ce-type", "io.tidings.todo.completed.v1"}});
    INFO(b.log());
    REQUIRE(eventually([&] { return w.r.count().accepted == 1; }));
    const auto shown = [&] { return http_call("GET", w.r.url("/")).body; };
    CHECK(shown().find("do completed") != std::string::npos);
    CHECK(shown().find("Buy milk") != std::string::npos);
    CHECK(shown().find("specversion") == std::string::npos);
    CHECK(http_call("POST", b.url("/api/webhooks/endpoints/chat:test")).status == 200);
    CHECK(shown().find("This is a test of endpoint chat") != std::string::npos);
    CHECK(w.r.count().bad_signatures == 0);
}

TEST_CASE("WEBHOOK_URL and WEBHOOK_SECRET add an endpoint") {
    world w;
    broadcaster_process b(w.nats.url(), {}, {{"WEBHOOK_URL", w.r.url("/env")}, {"WEBHOOK_SECRET", receiver::secret}});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1);
    CHECK(w.r.wait_for("/env", 1));
    CHECK(w.r.count("/env").bad_signatures == 0);
}

TEST_CASE("a plain message is delivered with an id made of stream, sequence and time") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")});
    b.wait_for_endpoints(1);
    w.bus.publish_raw("todos.events", "hello, not JSON", {});
    REQUIRE(w.r.wait_for("/a", 1));
    REQUIRE(w.r.ids("/a").size() == 1);
    CHECK(w.r.ids("/a")[0].starts_with("TODOS-1-17"));  // and the time at which it was stored
}

TEST_CASE("a receiver is told the subject and the type of a plain message, also after a retry") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":503,"times":1)");
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"retry_schedule: [50ms]"})});
    b.wait_for_endpoints(1);
    w.bus.publish_raw("todos.events.made", "hello, not JSON", {{"ce-type", "com.shop.order.made"}});
    REQUIRE(w.r.wait_for("/a", 1));
    const auto page = http_call("GET", w.r.url("/")).body;
    for (const std::string shown : {"com.shop.order.made", "todos.events.made", "503", "204"}) {
        INFO(shown << "\n" << page);
        CHECK(page.find(shown) != std::string::npos);
    }
    CHECK(page.find("todos.events.made") != page.rfind("todos.events.made"));  // of both attempts
}

TEST_CASE("an endpoint with a type filter gets only those types, and the rest does not pile up") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "some", {"events: [io.tidings.todo.deleted.v1]"}),
                                         endpoint_yaml(w.r, "all")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 20);
    w.bus.publish_raw("todos.events", "{}", {{"Nats-Msg-Id", "gone-1"}, {"ce-type", "io.tidings.todo.deleted.v1"}});
    REQUIRE(w.r.wait_for("/all", 21));
    REQUIRE(w.r.wait_for("/some", 1));
    CHECK(w.r.ids("/some") == std::vector<std::string>{"gone-1"});
    CHECK(eventually([&] { return w.bus.position("some") == 22; }));
}

TEST_CASE("a type is found in the body of any publisher, and an event without one is told to the operator") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "some", {"events: [x.y.*, io.*.created]"})});
    b.wait_for_endpoints(1);
    const auto publish = [&](const std::string& id, const std::string& body) {
        w.bus.publish_raw("todos.events", body, {{"Nats-Msg-Id", id}});
    };
    publish("deep", R"({"type":"x.y.v1","data":)" + std::string(400, '[') + std::string(400, ']') + "}");
    publish("long", R"({"data":")" + std::string(900'000, 'a') + R"(","type":"x.y.v1"})");
    publish("mark", "\xef\xbb\xbf{\"type\":\"x.y.v1\"}");
    publish("latin1", "{\"type\":\"x.y.v1\",\"data\":\"caf\xe9\"}");
    publish("other", R"({"type":"z"})");
    publish("text", "hello");
    publish("deeper", R"({"type":"x.y.v1","data":)" + std::string(4'000, '[') + std::string(4'000, ']') + "}");
    publish("last", R"({"type":"io.acme.created"})");
    REQUIRE(w.r.wait_for("/some", 5));
    auto ids = w.r.ids("/some");
    std::ranges::sort(ids);
    CHECK(ids == std::vector<std::string>{"deep", "last", "latin1", "long", "mark"});
    CHECK(b.metric("broadcaster_events_without_type_total") == 2);
    CHECK(b.log().find("an event has no type: endpoints that ask for types do not get it") != std::string::npos);
}

TEST_CASE("a new endpoint starts now, or at the beginning if configured") {
    world w;
    w.bus.publish("before", 1, 5);
    broadcaster_process b(w.nats.url(),
                          {endpoint_yaml(w.r, "now"), endpoint_yaml(w.r, "begin", {"deliver_from: beginning"})});
    b.wait_for_endpoints(2);
    w.bus.publish("after", 1, 5);
    REQUIRE(w.r.wait_for("/begin", 10));
    REQUIRE(w.r.wait_for("/now", 5));
    CHECK(w.r.count("/now").received == 5);
}

TEST_CASE("an endpoint goes on where the durable consumer of an earlier version left off") {
    world w;
    w.bus.publish("k", 1, 5);
    w.bus.api("CONSUMER.DURABLE.CREATE.TODOS.broadcaster-workers_a",
              R"({"stream_name":"TODOS","config":{"durable_name":"broadcaster-workers_a","ack_policy":"explicit",)"
              R"("deliver_policy":"by_start_sequence","opt_start_seq":3}})");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a"), endpoint_yaml(w.r, "b")});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 6, 6);
    REQUIRE(w.r.wait_for("/a", 4));
    CHECK(w.r.wait_for("/b", 1));
    CHECK(id_set(w.r, "/a") == std::set<std::string>{"k-3", "k-4", "k-5", "k-6"});
}

TEST_CASE("attempts are recorded and listed, endpoints are listed without secrets") {
    world w;
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"API_TOKEN", "a-token"}});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 3);
    REQUIRE(w.r.wait_for("/a", 3));
    const std::vector<std::pair<std::string, std::string>> bearer{{"Authorization", "Bearer a-token"}};
    CHECK(http_call("GET", b.url("/api/webhooks/endpoints")).status == 401);
    const auto endpoints = http_call("GET", b.url("/api/webhooks/endpoints"), {}, bearer);
    CHECK(endpoints.status == 200);
    CHECK(endpoints.body.find("\"healthy\"") != std::string::npos);
    CHECK(endpoints.body.find("whsec_") == std::string::npos);
    CHECK(eventually([&] {
        const auto attempts = http_call("GET", b.url("/api/webhooks/attempts?endpoint=a&limit=10"), {}, bearer);
        return attempts.status == 200 && attempts.body.find("\"k-3\"") != std::string::npos;
    }));
    CHECK(http_call("GET", b.url("/api/webhooks/attempts?limit=0"), {}, bearer).status == 400);
}
