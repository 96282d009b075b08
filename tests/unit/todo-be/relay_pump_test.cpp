#include "relay_pump_driver.hpp"

using namespace tidings::todo_be;

TEST_CASE("a new leader checks the stream, then reads") {
    driver d;
    d.pump.connected();
    d.pump.lead(d.now, 0);
    CHECK(d.due() == std::vector{relay_step::check_stream, relay_step::read});
}

TEST_CASE("without NATS a leader only confirms its leadership") {
    driver d;
    d.pump.lead(d.now, 0);
    CHECK(d.due().empty());
    CHECK(d.next().at == d.now + 1s);
    d.now += 1s;
    CHECK(d.due() == std::vector{relay_step::confirm_lead});
}

TEST_CASE("an idle leader reads the outbox once a second, which confirms its leadership") {
    auto d = driver::ready();
    CHECK(d.next().at == d.now + 1s);
    d.now += 1s;
    const auto steps = d.due();
    CHECK(std::find(steps.begin(), steps.end(), relay_step::read) != steps.end());
}

TEST_CASE("the outbox is read once a second even under constant offers") {
    auto d = driver::ready();
    for (int i = 1; i < 100; ++i) {
        d.now += 10ms;
        d.pump.confirmed(d.now);
        CHECK(d.next().at > d.now);
    }
    d.now += 10ms;
    CHECK(d.next().what == relay_step::read);
    CHECK(d.next().at <= d.now);
}

TEST_CASE("an offered event is published immediately, others after a read") {
    auto d = driver::ready();
    d.pump.offer(d.now, events({1}));
    CHECK(d.burst() == seqs{1});
    CHECK(d.next().what != relay_step::read);
    d.pump.wake(d.now);
    CHECK(d.due() == std::vector{relay_step::read});
}

TEST_CASE("an offer that arrives after its row was cleared is not published again") {
    auto d = driver::ready();
    const auto batch = events(1, 32);
    d.read(batch);
    d.store(d.burst());
    d.clear();
    d.now += 5ms;
    d.pump.offer(d.now, batch);
    CHECK(d.burst().empty());
    // What is still in the outbox is published.
    CHECK(d.due() == std::vector{relay_step::read});
    d.read({batch[7]});
    CHECK(d.burst() == seqs{8});
}

TEST_CASE("the window alone does not remember cleared events") {
    outbox_window w;
    w.add(event(1));
    CHECK(w.next() != nullptr);
    w.stored(1);
    w.forget({1});
    w.add(event(1));
    CHECK(w.sendable());  // how 32 events were published and counted twice
}

TEST_CASE("an offer of a held event is ignored, whether in flight or stored") {
    auto d = driver::ready();
    const auto batch = events({1, 2});
    d.read(batch);
    d.burst();
    d.store({1});
    d.pump.offer(d.now, batch);
    CHECK(d.burst().empty());
    CHECK(d.pump.stored() == seqs{1});
}

TEST_CASE("an event numbered before this replica became leader is read, not taken from an offer") {
    auto d = driver::ready(7);
    d.pump.offer(d.now, events({7}));
    CHECK(d.burst().empty());
    CHECK(d.next().what == relay_step::read);
    d.pump.offer(d.now, events({8}));
    CHECK(d.burst() == seqs{8});
}

TEST_CASE("an offer that was overtaken by another replica's events is read") {
    auto d = driver::ready();
    d.read(events({5}));
    d.store(d.burst());
    d.clear();
    d.pump.offer(d.now, events({4, 6}));
    CHECK(d.burst() == seqs{6});
    CHECK(d.due() == std::vector{relay_step::read});
}

TEST_CASE("events offered while publishing is suspended are read later") {
    auto d = driver::ready();
    d.pump.disconnected();
    d.pump.offer(d.now, events({1}));
    CHECK(d.burst().empty());
    d.pump.connected();
    CHECK(d.due() == std::vector{relay_step::check_stream, relay_step::read});
}
