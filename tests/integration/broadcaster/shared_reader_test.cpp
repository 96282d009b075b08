// Who stays on the reader that a process's endpoints share: a stream is read once, whatever its endpoints and the
// machine are busy with.
#include <algorithm>

#include "reading_scene.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

TEST_CASE("who had events in hand while the process stood still is not late for it") {
    constexpr int attempts_at_a_time = 32, at_once = 6 * attempts_at_a_time;
    world w;
    w.r.behave("/a", R"("mode":"slow","delay_ms":20)");
    broadcaster_process b(w.nats.url(), {endpoint_yaml(w.r, "a", {"max_in_flight: 256"}),
                                         endpoint_yaml(w.r, "rides", {"events: [never]"})});
    b.wait_for_endpoints(2);
    for (int round = 1; round <= 3; ++round) {
        w.bus.publish("k" + std::to_string(round), 1, at_once);
        const std::uint64_t sent = (round - 1) * at_once + 1;
        REQUIRE(w.r.wait_for("/a", sent));
        b.child().signal(SIGSTOP);
        CHECK_FALSE(eventually([&] { return w.r.count("/a").received > sent + 2 * attempts_at_a_time; }, 700ms));
        b.child().signal(SIGCONT);
        REQUIRE(w.r.wait_for("/a", round * at_once));
    }
    INFO(b.log());
    CHECK(had_own_position(w.bus) == 0);
}

TEST_CASE("a backlog is read once for all shards of a process, one after the other of which it takes over") {
    constexpr int backlog = 60'000, endpoints = 16;
    world w;
    w.bus.publish("k", 1, backlog);
    const auto before = messages_sent_by(w.nats);
    std::vector<std::string> want_the_last;
    for (int n = 0; n < endpoints; ++n)
        want_the_last.push_back(endpoint_yaml(w.r, named("e", n), {"events: [last]", "deliver_from: beginning"}));
    const broadcaster_process b(w.nats.url(), want_the_last);
    publish(w.bus, "last", "last");
    for (int n = 0; n < endpoints; ++n)
        REQUIRE(w.r.wait_for("/" + named("e", n), 1));
    INFO(b.log());
    CHECK(messages_sent_by(w.nats) - before < backlog + backlog / 2);
}

TEST_CASE("endpoints that all want a backlog get it at one pace, from one reader") {
    constexpr int backlog = 1'000, endpoints = 200;
    world w;
    w.bus.publish("k", 1, backlog);
    std::vector<std::string> want_all;
    for (int n = 0; n < endpoints; ++n)
        want_all.push_back(endpoint_yaml(w.r, named("e", n), {"deliver_from: beginning"}));
    const broadcaster_process b(w.nats.url(), want_all);
    double furthest_apart = 0;
    REQUIRE(eventually(
        [&] {
            const auto metrics = b.metrics();  // of one moment
            double least = backlog, most = 0;
            for (int n = 0; n < endpoints; ++n) {
                const auto series =
                    "broadcaster_webhook_requests_total{endpoint=\"" + named("e", n) + "\",outcome=\"success\"}";
                const auto delivered = metric_value(metrics, series).value_or(0);
                least = std::min(least, delivered);
                most = std::max(most, delivered);
            }
            furthest_apart = std::max(furthest_apart, most - least);
            return least >= backlog;
        },
        120s));
    INFO(b.log());
    CHECK(had_own_position(w.bus) <= endpoints / 10);  // an answer may take 250 ms on a busy machine
    CHECK(furthest_apart < 400);                       // they may have 256 in hand
}
