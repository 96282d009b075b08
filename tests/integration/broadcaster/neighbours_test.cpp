// Broadcasters of different streams on one NATS.
#include "endpoints_scene.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

struct neighbours : world {
    neighbours() { bus.api("STREAM.CREATE.ORDERS", R"({"name":"ORDERS","subjects":["orders.>"],"num_replicas":1})"); }

    void order(int from, int to) {
        for (int n = from; n <= to; ++n)
            bus.publish_raw("orders.made", event_json("o", n), {{"Nats-Msg-Id", "o-" + std::to_string(n)}});
    }
    std::vector<std::string> endpoints(const std::string& prefix, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> all;
        for (int n = 0; n < count; ++n)
            all.push_back(endpoint_yaml(r, prefix + std::to_string(n), more));
        return all;
    }
    void expect(const std::string& prefix, std::uint64_t events) const {
        for (int n = 0; n < count; ++n) {
            const auto path = "/" + prefix + std::to_string(n);
            INFO(path);
            CHECK(eventually([&] { return r.count(path).received >= events; }));
            CHECK(r.count(path).received == events);
        }
    }

    static constexpr int count = 8;  // more than there are shards
    std::map<std::string, std::string> of_orders{
        {"STREAM", "ORDERS"}, {"SUBJECTS", "orders.>"}, {"ENDPOINTS_KEY", endpoints_key}};
};

}  // namespace

TEST_CASE("broadcasters of different streams on one NATS deliver each to their own endpoints, and nothing twice") {
    neighbours w;
    const broadcaster_process todos(w.nats.url(), w.endpoints("t"), with_key);
    todos.wait_for_endpoints(neighbours::count);
    w.order(1, 10);
    w.r.behave("/o0", R"("mode":"fail","status":500,"times":20)");
    const broadcaster_process orders(
        w.nats.url(), w.endpoints("o", {"retry_schedule: [50ms, 50ms]", "failure_threshold: 1000"}), w.of_orders);
    orders.wait_for_endpoints(neighbours::count);
    REQUIRE(eventually([&] { return follows(todos) && follows(orders); }));
    // The same name: two endpoints.
    REQUIRE(call(todos, "POST", collection, document(w.r, "twin")).status == 201);
    CHECK(call(orders, "GET", collection + "/twin").status == 404);
    REQUIRE(call(orders, "POST", collection,
                 R"({"name":"twin","url":")" + w.r.url("/twin-of-orders") + R"(","secrets":[")" + receiver::secret +
                     R"("]})")
                .status == 201);
    todos.wait_for_endpoints(neighbours::count + 1);
    orders.wait_for_endpoints(neighbours::count + 1);
    w.bus.publish("k", 1, 50);
    w.order(11, 40);
    w.expect("t", 50);
    CHECK(w.r.wait_for("/twin", 50));
    CHECK(w.r.wait_for("/twin-of-orders", 30));
    CHECK(w.r.count("/twin").received == 50);
    CHECK(w.r.count("/twin-of-orders").received == 30);
    CHECK(w.r.wait_for("/o1", 30));
    CHECK(w.r.count("/o1").received == 30);
    CHECK(eventually([&] { return w.r.count("/o0").received == 50; }));  // 20 of them refused
    CHECK(eventually([&] { return waiting(w.bus) == 0; }));
    CHECK(todos.log().find("the positions were lost") == std::string::npos);
    CHECK(orders.log().find("the positions were lost") == std::string::npos);
}

TEST_CASE(
    "a stream of somebody else is not made without SUBJECTS, neither when it is missing nor when it was deleted") {
    world w;
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a")}, {{"STREAM", "ORDERS"}});
    const auto shows = [&b](const std::string& text) {
        return eventually(
            [&] { return http_call("GET", b.url("/readyz?verbose")).body.find(text) != std::string::npos; }, 15s);
    };
    const std::string missing = "[!]stream ORDERS: it does not exist: make it, or set SUBJECTS";
    REQUIRE(eventually([&] { return b.ready(); }));
    CHECK(shows(missing));
    CHECK(b.log().find("it does not exist: make it") != std::string::npos);
    const auto make = [&w] { w.bus.api("STREAM.CREATE.ORDERS", R"({"name":"ORDERS","subjects":["orders.>"]})"); };
    make();
    CHECK(shows("[+]stream ORDERS"));
    b.wait_for_endpoints(1);
    w.bus.publish_raw("orders.made", event_json("o", 1), {});
    CHECK(w.r.wait_for("/a", 1, 15s));
    w.bus.api("STREAM.DELETE.ORDERS", "");
    CHECK(shows(missing));
    CHECK_FALSE(w.bus.has_stream("ORDERS"));
    make();  // and nothing is in the way
    REQUIRE(w.bus.has_stream("ORDERS"));
    w.bus.publish_raw("orders.made", event_json("o", 2), {});
    CHECK(w.r.wait_for("/a", 2, 15s));
}

TEST_CASE("a dead letter of another stream's broadcasters is theirs to replay, though an endpoint here has its name") {
    neighbours w;
    w.r.behave("/hook", R"("mode":"fail","status":400)");
    const std::vector<std::string> hook{endpoint_yaml(w.r, "hook", {"retry_schedule: [50ms]"})};
    const broadcaster_process orders(w.nats.url(), hook, w.of_orders);
    const broadcaster_process todos(w.nats.url(), hook);
    orders.wait_for_endpoints(1);
    todos.wait_for_endpoints(1);
    w.order(1, 1);
    REQUIRE(eventually([&] { return w.bus.stream("WEBHOOK_DEAD_LETTERS").messages == 1; }));
    w.r.behave("/hook", R"("mode":"ok")");
    const auto replay = [](const broadcaster_process& b) {
        return http_call("POST", b.url("/api/webhooks/dead-letters/1/replay"));
    };
    const auto refused = replay(todos);
    CHECK(refused.status == 409);
    CHECK(refused.body.find("of the broadcasters of stream ORDERS") != std::string::npos);
    CHECK(http_call("GET", todos.url("/api/webhooks/dead-letters")).body.find(R"("fleet":"ORDERS")") !=
          std::string::npos);
    CHECK(replay(orders).status == 200);
    CHECK(w.r.wait_for("/hook", 1));
    CHECK(w.bus.stream("WEBHOOK_DEAD_LETTERS").messages == 0);
}

TEST_CASE(
    "when the bucket of positions is lost while a broadcaster is away, what its stream keeps comes again to it too") {
    neighbours w;
    const broadcaster_process todos(w.nats.url(), w.endpoints("t"));
    broadcaster_process orders(w.nats.url(), w.endpoints("o"), w.of_orders);
    todos.wait_for_endpoints(neighbours::count);
    orders.wait_for_endpoints(neighbours::count);
    w.order(1, 10);
    w.expect("o", 10);
    CHECK(orders.child().stop() == std::optional<int>(0));
    w.order(11, 20);
    w.bus.delete_stream("KV_WEBHOOK_POSITIONS");
    REQUIRE(eventually([&] { return todos.log().find("the positions were lost") != std::string::npos; }));
    orders.restart();
    w.expect("o", 30);  // 10 of them again
    CHECK(orders.log().find("the positions were lost") != std::string::npos);
}
