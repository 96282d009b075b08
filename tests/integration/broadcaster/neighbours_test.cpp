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
