// Events that are gone before an endpoint could take them: counted, logged and told.
#include <algorithm>
#include <boost/json.hpp>

#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const std::vector<std::string> quick_probes{"first_probe: 100ms", "longest_probe: 200ms", "failure_threshold: 1"};

bool is_gap(const std::string& id) { return id.starts_with("gap-TODOS-"); }

std::size_t gaps_at(const receiver& r, const std::string& path) {
    return static_cast<std::size_t>(std::ranges::count_if(r.ids(path), is_gap));
}

double gone(const broadcaster_process& b, const std::string& endpoint) {
    return b.metric("broadcaster_events_gone_total{endpoint=\"" + endpoint + "\"}");
}

void purge_below(bus_client& bus, int sequence) {
    bus.api("STREAM.PURGE.TODOS", R"({"seq":)" + std::to_string(sequence) + "}");
}

// As its owner may do at any time.
void shrink(bus_client& bus, const std::string& limit, int to) {
    auto config = boost::json::parse(bus.api("STREAM.INFO.TODOS", "")).at("config").as_object();
    config[limit] = to;
    bus.api("STREAM.UPDATE.TODOS", boost::json::serialize(config));
}

// Events 1..n, without waiting for each to be stored.
void publish_quickly(bus_client& bus, int n) {
    for (int i = 1; i <= n; ++i)
        bus.publish_plain("todos.events", event_json("k", i),
                          {{"Nats-Msg-Id", "k-" + std::to_string(i)}, {"ce-partitionkey", "k"}});
    REQUIRE(eventually([&] { return bus.stream("TODOS").last_seq == static_cast<std::uint64_t>(n); }, 60s));
}

bool has(const receiver& r, const std::string& path, const std::string& id) {
    const auto ids = r.ids(path);
    return std::ranges::find(ids, id) != ids.end();
}

std::size_t times_logged(const broadcaster_process& b, const std::string& text) {
    const auto log = b.log();
    std::size_t n = 0;
    for (auto at = log.find(text); at != std::string::npos; at = log.find(text, at + 1))
        ++n;
    return n;
}

std::vector<std::string> missing(const receiver& r, const std::string& path, int from, int to) {
    const auto ids = r.ids(path);
    std::vector<std::string> all;
    for (int n = from; n <= to; ++n)
        if (const auto id = "k-" + std::to_string(n); std::ranges::find(ids, id) == ids.end()) all.push_back(id);
    return all;
}

// Endpoint "a" is down and refuses what tells it of its gap: of k-1 to k-300 the stream keeps those from 201.
void miss_200(world& w, const broadcaster_process& b) {
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1);
    REQUIRE(eventually([&] { return b.metric("broadcaster_endpoint_state{endpoint=\"a\"}") == 1; }));
    w.bus.publish("k", 2, 300);
    purge_below(w.bus, 201);
    REQUIRE(eventually([&] { return gaps_at(w.r, "/a") > 0; }));
}

}  // namespace

TEST_CASE("a paused endpoint is told which events expired meanwhile, in their place") {
    world w;
    const auto order = GENERATE(values<std::string>({"none", "per-key", "strict"}));
    CAPTURE(order);
    for (const auto* path : {"/a", "/narrow"})
        w.r.behave(path, R"("mode":"fail","status":503)");
    auto narrow = quick_probes, settings = quick_probes;
    settings.push_back("ordering: " + order);
    narrow.emplace_back("events: [io.tidings.todo.*]");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", settings), endpoint_yaml(w.r, "narrow", narrow)});
    b.wait_for_endpoints(2);
    w.bus.publish("k", 1, 1);
    for (const auto* name : {"a", "narrow"})
        REQUIRE(eventually(
            [&] { return b.metric("broadcaster_endpoint_state{endpoint=\"" + std::string(name) + "\"}") == 1; }));
    w.bus.publish("k", 2, 300);  // before the first failure they would be taken in hand
    purge_below(w.bus, 201);
    for (const auto* path : {"/a", "/narrow"})
        w.r.behave(path, R"("mode":"ok")");
    REQUIRE(eventually([&] { return has(w.r, "/a", "k-300") && has(w.r, "/narrow", "k-300"); }));
    REQUIRE(eventually([&] { return gaps_at(w.r, "/a") == 1; }));
    CHECK(gaps_at(w.r, "/narrow") == 0);
    CHECK(eventually([&] { return gone(b, "a") >= 100; }));
    CHECK(gone(b, "narrow") >= 100);
    CHECK(b.log().find("were deleted or expired before") != std::string::npos);
    const auto ids = w.r.ids("/a");
    const auto told = std::ranges::find_if(ids, is_gap);
    if (order == "strict") CHECK(std::find(told, ids.end(), "k-201") != ids.end());
    // The last one may overtake others that are on their way.
    CHECK(eventually([&] { return missing(w.r, "/a", 201, 300).empty(); }));
    CHECK(missing(w.r, "/a", 201, 300) == std::vector<std::string>());
}

TEST_CASE("a gap that an endpoint did not accept is told again as it was") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":503)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", quick_probes)});
    miss_200(w, b);
    const auto refused = w.r.count("/a").received;
    REQUIRE(eventually([&] { return w.r.count("/a").received > refused; }));
    w.r.behave("/a", R"("mode":"ok")");
    REQUIRE(w.r.wait_for("/a", 101));
    CHECK(gaps_at(w.r, "/a") == 1);
    CHECK(missing(w.r, "/a", 201, 300) == std::vector<std::string>());
    CHECK(eventually([&] { return gone(b, "a") >= 199; }));
    CHECK(gone(b, "a") <= 200);
}

TEST_CASE("a gap that a paused endpoint does not accept is counted and logged when it is found, once") {
    world w;
    w.r.behave("/a", R"("mode":"fail","status":503)");
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", quick_probes)});
    miss_200(w, b);
    const auto counted = gone(b, "a");
    CHECK(counted >= 199);
    const auto refused = w.r.count("/a").received;
    REQUIRE(eventually([&] { return w.r.count("/a").received >= refused + 5; }));
    CHECK(gone(b, "a") == counted);
    CHECK(times_logged(b, "before the endpoint could take them") == 1);
    purge_below(w.bus, 251);  // it grows
    CHECK(eventually([&] { return gone(b, "a") == counted + 50; }));
    w.r.behave("/a", R"("mode":"ok")");
    REQUIRE(eventually([&] { return has(w.r, "/a", "k-300"); }));
    CHECK(gone(b, "a") == counted + 50);
    CHECK(times_logged(b, "before the endpoint could take them") == 2);
}

TEST_CASE("events that expire while a slow endpoint reads are told, those deleted from the middle are not") {
    world w;
    w.r.behave("/a", R"("mode":"slow","delay_ms":5)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"max_in_flight: 4", "connections: 1"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1'000);
    REQUIRE(w.r.wait_for("/a", 20));
    w.bus.api("STREAM.MSG.DELETE.TODOS", R"({"seq":990})");
    purge_below(w.bus, 900);
    w.r.behave("/a", R"("mode":"ok")");
    REQUIRE(eventually([&] { return has(w.r, "/a", "k-1000"); }));
    CHECK(eventually([&] { return gaps_at(w.r, "/a") == 1; }));
    CHECK(gone(b, "a") > 0);
    const auto accounted = [&] { return gone(b, "a") + static_cast<double>(w.r.count("/a").received) - 1; };
    CHECK(eventually([&] { return accounted() >= 999; }));  // some may still be on their way
    CHECK(accounted() == 999);
    CHECK_FALSE(has(w.r, "/a", "k-990"));
}

TEST_CASE("limits that are shrunk while endpoints read take events away, which are told, and all goes on behind them") {
    const auto [limit, to] = GENERATE(table<std::string, int>({{"max_msgs", 50}, {"max_bytes", 30'000}}));
    CAPTURE(limit);
    world w;
    const std::vector<std::string> slow{"none", "per-key", "strict"};
    std::vector<std::string> endpoints{endpoint_yaml(w.r, "quick")};
    for (const auto& order : slow) {
        w.r.behave("/" + order, R"("mode":"slow","delay_ms":200)");
        endpoints.push_back(endpoint_yaml(w.r, order, {"max_in_flight: 4", "connections: 1", "ordering: " + order}));
    }
    broadcaster_process b(w.nats.url(), endpoints);
    b.wait_for_endpoints(endpoints.size());
    publish_quickly(w.bus, 4'000);  // more than an endpoint has in hand
    REQUIRE(w.r.wait_for("/quick", 4'000));
    shrink(w.bus, limit, to);
    const auto first = static_cast<int>(w.bus.stream("TODOS").first_seq);
    REQUIRE(first > 3'800);
    INFO(b.log());
    for (const auto& order : slow)
        w.r.behave("/" + order, R"("mode":"ok")");
    for (const auto& order : slow)
        REQUIRE(eventually([&] { return has(w.r, "/" + order, "k-4000"); }));
    w.bus.publish("k", 4'001, 4'020);
    CHECK(w.r.wait_for("/quick", 4'020));
    for (const auto& order : slow) {
        CAPTURE(order);
        CHECK(eventually([&] { return has(w.r, "/" + order, "k-4020") && w.bus.position(order) == 4'021; }));
        const auto gaps = gaps_at(w.r, "/" + order);
        CHECK(gaps >= 1);  // more, if the reader looks while the server still drops events
        CHECK(missing(w.r, "/" + order, first, 4'020) == std::vector<std::string>());
        const auto accounted = [&] {
            return gone(b, order) + static_cast<double>(w.r.count("/" + order).accepted - gaps);
        };
        CHECK(eventually([&] { return accounted() == 4'020; }));
        CHECK(w.r.count("/" + order).order_violations == 0);
    }
    CHECK(gaps_at(w.r, "/quick") == 0);
    CHECK(b.log().find("were deleted or expired before") != std::string::npos);
    CHECK(http_call("GET", b.url("/readyz?verbose")).body.find("[!]") == std::string::npos);
}
