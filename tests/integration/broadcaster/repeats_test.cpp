// How much comes again: what was in hand, and what was done before the bucket of positions knew it.
#include "suite.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

namespace {

const std::string one_hangs = R"("mode":"hang","times":1)";

}  // namespace

TEST_CASE("an endpoint that goes down and up repeats nothing that it has answered") {
    world w;
    w.r.behave("/a", one_hangs);
    const broadcaster_process b(
        w.nats.url(),
        {endpoint_yaml(w.r, "a",
                       {"timeout: 2s", "failure_threshold: 1", "first_probe: 100ms", "longest_probe: 200ms"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1'000);
    REQUIRE(w.r.wait_for("/a", 999));
    INFO(b.log());
    REQUIRE(w.r.wait_for("/a", 1'000));
    CHECK(b.log().find("\"to\":\"paused\"") != std::string::npos);
    CHECK(w.r.count("/a").repeated == 0);
    CHECK(eventually([&] { return w.bus.position("a") == 1'001; }));
}

TEST_CASE("while one message hangs, what was done after it does not come again after a crash") {
    world w;
    w.r.behave("/a", one_hangs);
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"timeout: 60s"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 1'000);
    REQUIRE(w.r.wait_for("/a", 999));
    REQUIRE(eventually([&] { return w.bus.done_of("a").contains(1'000); }));
    CHECK(w.bus.position("a") < 1'000);
    b.child().kill();
    b.restart();
    REQUIRE(w.r.wait_for("/a", 1'000));
    CHECK(w.r.count("/a").repeated == 0);
}

TEST_CASE("an endpoint takes only so much more while the bucket of positions takes no writes") {
    world w;
    const broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"max_in_flight: 50"})});
    b.wait_for_endpoints(1);
    w.bus.publish("k", 1, 10);
    REQUIRE(w.r.wait_for("/a", 10));
    REQUIRE(eventually([&] { return w.bus.position("a") == 11; }));
    w.bus.let_positions_in(false);
    w.bus.publish("k", 11, 4'000);
    CHECK(eventually([&] { return b.log().find("shard given up") != std::string::npos; }, 10s));
    const auto done = w.r.count("/a").accepted;
    CHECK(done >= 11);
    CHECK(done <= 10 + 1'000 + 50);
    w.bus.let_positions_in(true);
    REQUIRE(w.r.wait_for("/a", 4'000));
    CHECK(w.r.count("/a").repeated <= 1'000 + 50);
}
