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
