// Replicas that share the endpoints.
#include <future>

#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

std::vector<std::string> endpoints(const receiver& r, int count, const std::vector<std::string>& more = {}) {
    std::vector<std::string> all;
    for (int n = 0; n < count; ++n)
        all.push_back(endpoint_yaml(r, "e" + std::to_string(n), more));
    return all;
}

void wait_for_all(const world& w, int count, std::uint64_t events) {
    for (int n = 0; n < count; ++n) {
        INFO("e" << n);
        REQUIRE(w.r.wait_for("/e" + std::to_string(n), events));
    }
}

constexpr int many = 24;

}  // namespace

TEST_CASE(
    "a replica that joins takes its share, one that leaves hands over at its end, and nothing is lost or repeated") {
    world w;
    broadcaster_process one(w.nats.url(), endpoints(w.r, many));
    one.wait_for_endpoints(many);
    w.bus.publish("k", 1, 50);
    broadcaster_process two(w.nats.url(), endpoints(w.r, many));
    w.bus.publish("k", 51, 100);
    wait_for_endpoints(one, two, many);
    REQUIRE(eventually([&] { return one.owned() > 0 && two.owned() > 0; }));
    w.bus.publish("k", 101, 150);
    const auto ended = [&] {
        CHECK(one.child().stop() == std::optional<int>(0));
        return std::chrono::steady_clock::now();
    }();
    REQUIRE(eventually([&] { return two.owned() == many; }));
    CHECK(std::chrono::steady_clock::now() - ended < 2s);  // a lease that runs out takes 3 s; a busy machine is slow
    w.bus.publish("k", 151, 200);
    INFO(two.log());
    wait_for_all(w, many, 200);
    for (int n = 0; n < many; ++n)
        CHECK(w.r.count("/e" + std::to_string(n)).repeated == 0);
}

TEST_CASE("a shard that is handed over while endpoints are full repeats nothing") {
    constexpr int events = 2'000, count = 8;
    world w;
    std::vector<std::string> all;
    for (int n = 0; n < count; ++n)
        all.push_back(
            endpoint_yaml(w.r, "e" + std::to_string(n),
                          n % 2 == 0 ? std::vector<std::string>{"max_in_flight: 1"} : std::vector<std::string>{}));
    broadcaster_process one(w.nats.url(), all, {{"SHARDS", "1"}});
    one.wait_for_endpoints(count);
    auto publishes = std::async(std::launch::async, [&] { bus_client(w.nats.url()).publish("k", 1, events); });
    broadcaster_process two(w.nats.url(), all, {{"SHARDS", "1"}});
    wait_for_endpoints(one, two, count);
    CHECK(one.child().stop() == std::optional<int>(0));
    publishes.get();
    INFO(two.log());
    wait_for_all(w, count, events);
    for (int n = 0; n < count; ++n) {
        INFO("e" << n);
        CHECK(w.r.count("/e" + std::to_string(n)).repeated == 0);
    }
}

TEST_CASE("what an endpoint has in hand when its shard is handed over is not repeated to others") {
    constexpr int events = 100;
    world w;
    w.r.behave("/slow", R"("mode":"slow","delay_ms":400)");
    const std::vector<std::string> all{endpoint_yaml(w.r, "slow", {"ordering: strict"}), endpoint_yaml(w.r, "steady")};
    broadcaster_process one(w.nats.url(), all, {{"SHARDS", "1"}});
    one.wait_for_endpoints(2);
    broadcaster_process two(w.nats.url(), all, {{"SHARDS", "1"}});
    REQUIRE(eventually([&] { return two.ready(); }));
    w.bus.publish("k", 1, events);
    REQUIRE(w.r.wait_for("/steady", events));
    const auto code = one.child().stop();
    w.r.behave("/slow", R"("mode":"ok")");
    INFO(one.log() << two.log());
    CHECK(code == std::optional<int>(0));
    for (const char* path : {"/slow", "/steady"}) {
        REQUIRE(w.r.wait_for(path, events));
        CHECK(w.r.count(path).repeated == 0);
    }
}

TEST_CASE("an endpoint that hangs while its shard is handed over holds up nobody") {
    constexpr int before = 20, meanwhile = 200;
    world w;
    w.r.behave("/hangs", R"("mode":"hang")");
    const std::vector<std::string> all{endpoint_yaml(w.r, "hangs", {"timeout: 5s"}), endpoint_yaml(w.r, "steady")};
    broadcaster_process one(w.nats.url(), all, {{"SHARDS", "1"}});
    one.wait_for_endpoints(2);
    w.bus.publish("k", 1, before);
    REQUIRE(w.r.wait_for("/steady", before));
    broadcaster_process two(w.nats.url(), all, {{"SHARDS", "1"}});
    REQUIRE(eventually([&] { return two.ready(); }));
    auto stops = std::async(std::launch::async, [&] { return one.child().stop(); });
    for (int n = before + 1; n <= before + meanwhile; ++n) {
        w.bus.publish("k", n, n);
        INFO(one.log() << two.log());
        REQUIRE(w.r.wait_for("/steady", static_cast<std::uint64_t>(n), 5s));
    }
    w.r.behave("/hangs", R"("mode":"ok")");
    CHECK(stops.get() == std::optional<int>(0));
    INFO(one.log() << two.log());
    REQUIRE(w.r.wait_for("/hangs", before + meanwhile));
    CHECK(w.r.count("/steady").repeated == 0);
}

TEST_CASE("the shards of a killed replica are delivered by others when its lease has run out, in order") {
    world w;
    broadcaster_process one(w.nats.url(), endpoints(w.r, many, {"ordering: per-key"}));
    broadcaster_process two(w.nats.url(), endpoints(w.r, many, {"ordering: per-key"}));
    wait_for_endpoints(one, two, many);
    REQUIRE(eventually([&] { return one.owned() > 0 && two.owned() > 0; }));
    w.bus.publish("k", 1, 100);
    one.child().kill();
    const auto killed = std::chrono::steady_clock::now();
    w.bus.publish("k", 101, 200);
    REQUIRE(eventually([&] { return two.owned() == many; }));
    CHECK(std::chrono::steady_clock::now() - killed < 8s);  // 4.3 s, on a machine that is not busy
    INFO(two.log());
    wait_for_all(w, many, 200);
    for (int n = 0; n < many; ++n)
        CHECK(w.r.count("/e" + std::to_string(n)).order_violations == 0);
}

TEST_CASE("an endpoint that only the old configuration or only the new one knows loses nothing in a roll-out") {
    world w;
    broadcaster_process before(w.nats.url(), {endpoint_yaml(w.r, "stays"), endpoint_yaml(w.r, "goes")});
    before.wait_for_endpoints(2);
    w.bus.publish("k", 1, 20);
    REQUIRE(w.r.wait_for("/goes", 20));
    broadcaster_process after(w.nats.url(), {endpoint_yaml(w.r, "stays"), endpoint_yaml(w.r, "comes")});
    REQUIRE(eventually([&] { return after.ready(); }));
    CHECK(before.child().stop() == std::optional<int>(0));
    REQUIRE(eventually([&] { return after.owned() == 2; }));
    w.bus.publish("k", 21, 40);
    REQUIRE(w.r.wait_for("/stays", 40));
    CHECK(w.r.wait_for("/comes", 20));
    before.restart();
    after.child().stop();
    REQUIRE(w.r.wait_for("/goes", 40));
}
