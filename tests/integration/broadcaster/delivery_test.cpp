#include <algorithm>

#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

TEST_CASE("every endpoint gets every event once, signed, under the event's id") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a"), endpoint_yaml(r, "b")});
    b.wait_for_endpoints(2);
    bus.publish("k", 1, 200);
    for (const char* path : {"/a", "/b"}) {
        INFO(path << "\n" << b.log());
        REQUIRE(r.wait_for(path, 200));
        auto ids = r.ids(path);
        CHECK(ids.size() == 200);
        CHECK(std::count(ids.begin(), ids.end(), "k-17") == 1);
        CHECK(r.count(path).bad_signatures == 0);
        CHECK(r.count(path).repeated == 0);
    }
    CHECK(b.metric(R"(broadcaster_webhook_requests_total{endpoint="a",outcome="success"})") == 200);
    CHECK(b.metric("broadcaster_nats_connected") == 1);
    CHECK(eventually([&] { return bus.consumer("a").ack_pending == 0 && bus.consumer("a").pending == 0; }));
}

TEST_CASE("format log-only writes each event to the log and to no receiver, in either ordering") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(
        nats.url(), {"  - {name: log, format: log-only}\n", "  - {name: sorted, format: log-only, ordering: per-key}\n",
                     endpoint_yaml(r, "a")});
    b.wait_for_endpoints(3);
    bus.publish("k", 1, 100);
    REQUIRE(r.wait_for("/a", 100));
    for (const char* endpoint : {"log", "sorted"}) {
        INFO(endpoint << "\n" << b.log());
        REQUIRE(eventually([&] {
            return b.metric("broadcaster_messages_processed_total{endpoint=\"" + std::string(endpoint) + "\"}") == 100;
        }));
        CHECK(eventually([&] { return bus.consumer(endpoint).ack_floor_stream_seq == 100; }));
    }
    CHECK(b.log().find(R"("endpoint":"log","event_id":"k-100")") != std::string::npos);
}

TEST_CASE("WEBHOOK_URL and WEBHOOK_SECRET add an endpoint") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(nats.url(), {}, {{"WEBHOOK_URL", r.url("/env")}, {"WEBHOOK_SECRET", receiver::secret}});
    b.wait_for_endpoints(1);
    bus.publish("k", 1, 1);
    CHECK(r.wait_for("/env", 1));
    CHECK(r.count("/env").bad_signatures == 0);
}

TEST_CASE("a plain message of another publisher is delivered too, named by stream and sequence") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a")});
    b.wait_for_endpoints(1);
    bus.publish_raw("todos.events", "hello, not JSON", {});
    REQUIRE(r.wait_for("/a", 1));
    CHECK(r.ids("/a") == std::vector<std::string>{"TODOS-1"});
}

TEST_CASE("an endpoint that asked for some types gets those only, and the rest does not pile up") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(
        nats.url(), {endpoint_yaml(r, "some", {"events: [io.tidings.todo.deleted.v1]"}), endpoint_yaml(r, "all")});
    b.wait_for_endpoints(2);
    bus.publish("k", 1, 20);
    bus.publish_raw("todos.events", "{}", {{"Nats-Msg-Id", "gone-1"}, {"ce-type", "io.tidings.todo.deleted.v1"}});
    REQUIRE(r.wait_for("/all", 21));
    REQUIRE(r.wait_for("/some", 1));
    CHECK(r.ids("/some") == std::vector<std::string>{"gone-1"});
    CHECK(eventually([&] { return bus.consumer("some").ack_floor_stream_seq == 21; }));
}

TEST_CASE("a new endpoint starts now, or at the beginning when asked") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    bus.publish("before", 1, 5);
    broadcaster_process b(nats.url(),
                          {endpoint_yaml(r, "now"), endpoint_yaml(r, "begin", {"deliver_from: beginning"})});
    b.wait_for_endpoints(2);
    bus.publish("after", 1, 5);
    REQUIRE(r.wait_for("/begin", 10));
    REQUIRE(r.wait_for("/now", 5));
    CHECK(r.count("/now").received == 5);
}

TEST_CASE("attempts are written down and shown, endpoints are listed without their secrets") {
    nats_server nats;
    receiver r;
    bus_client bus(nats.url());
    bus.make_stream();
    broadcaster_process b(nats.url(), {endpoint_yaml(r, "a")}, {{"API_TOKEN", "a-token"}});
    b.wait_for_endpoints(1);
    bus.publish("k", 1, 3);
    REQUIRE(r.wait_for("/a", 3));
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
