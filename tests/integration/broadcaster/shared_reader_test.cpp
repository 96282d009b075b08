// Who stays on the reader that a process's endpoints share: a stream is read once, whatever its endpoints and the
// machine are busy with.
#include "reading_scene.hpp"
#include "support/catch.hpp"

using namespace tidings::support;
using namespace std::chrono_literals;

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

TEST_CASE("endpoints that all want a backlog share one reader to its end") {
    constexpr int backlog = 1'000, endpoints = 100;
    world w;
    w.bus.publish("k", 1, backlog);
    std::vector<std::string> want_all;
    for (int n = 0; n < endpoints; ++n)
        want_all.push_back(endpoint_yaml(w.r, named("e", n), {"deliver_from: beginning", "connections: 2"}));
    const broadcaster_process b(w.nats.url(), want_all);
    for (int n = 0; n < endpoints; ++n)
        REQUIRE(w.r.wait_for("/" + named("e", n), backlog, 100s));
    INFO(b.log());
    INFO("messages " << messages_sent_by(w.nats));
    CHECK(messages_sent_by(w.nats) < backlog * endpoints / 2);  // a fifth, also of acks; more on a busy machine
}

TEST_CASE("an endpoint that is slow holds up nobody, also while the process is busy with a backlog") {
    constexpr int backlog = 60'000, live = 100;
    world w;
    w.bus.publish("k", 1, backlog);
    w.r.behave("/slow", R"("mode":"slow","delay_ms":200)");
    const broadcaster_process b(
        w.nats.url(), {endpoint_yaml(w.r, "behind", {"deliver_from: beginning", "events: [io.tidings.todo.*]"}),
                       endpoint_yaml(w.r, "slow", {"events: [live]", "connections: 1", "max_in_flight: 4"}),
                       endpoint_yaml(w.r, "live", {"events: [live]"})});
    b.wait_for_endpoints(3);
    REQUIRE(w.r.wait_for("/behind", 1));
    for (int n = 0; n < live; ++n)
        publish(w.bus, "live", named("live", n));
    INFO(b.log());
    CHECK(w.r.wait_for("/live", live, 60s));
    CHECK(w.r.count("/slow").received < live / 2);  // it takes 20 s; whoever waits for it has four more at most
}
