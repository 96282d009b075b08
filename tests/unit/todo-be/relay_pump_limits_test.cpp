// Batch sizes, pace, and the cost of failures.
#include <map>

#include "relay_pump_driver.hpp"

using namespace tidings::todo_be;

TEST_CASE("a leader without a reply from PostgreSQL for three seconds stops publishing") {
    auto d = driver::ready();
    d.pump.offer(d.now, events({1}));
    d.now += 3s;
    CHECK(d.burst().empty());
    d.pump.confirmed(d.now);
    CHECK(d.burst() == seqs{1});
}

TEST_CASE("after a large burst the next one waits, after a small one it does not") {
    auto d = driver::ready();
    d.pump.offer(d.now, events(1, 15));
    CHECK(d.burst().size() == 15);
    d.pump.offer(d.now, events(16, 16));
    CHECK(d.burst().size() == 16);
    d.pump.offer(d.now, events({40}));
    CHECK(d.burst().empty());
    CHECK(d.next().what == relay_step::publish);
    CHECK(d.next().at > d.now);
    d.now = d.next().at;
    CHECK(d.burst() == seqs{40});
}

TEST_CASE("after a large read the next one waits, unless there is certainly more") {
    auto d = driver::ready();
    d.read(events(1, 31));
    d.pump.wake(d.now);
    CHECK(d.next().what == relay_step::publish);
    d.burst();
    CHECK(d.due() == std::vector{relay_step::read});
    d.read(events(40, 32));
    d.pump.wake(d.now);
    d.now += 1ms;
    CHECK(d.next().at > d.now);
    d.read(events(100, relay_pump::read_batch));
    d.now += 5ms;
    CHECK(d.due() == std::vector{relay_step::read, relay_step::publish});
}

TEST_CASE("at most 512 events are in flight") {
    auto d = driver::ready();
    d.read(events(1, 600));
    const auto sent = d.burst();
    CHECK(sent.size() == 512);
    d.now += 1s;
    CHECK(d.burst().empty());
    d.store({1, 2});
    CHECK(d.burst() == seqs{513, 514});
}

TEST_CASE("at most 2,000 events are held, read or offered") {
    auto d = driver::ready();
    for (int i = 0; i < 4; ++i)
        d.read(events(1 + 500 * i, relay_pump::read_batch));
    d.burst();
    d.now += 10ms;
    CHECK(d.next().what != relay_step::read);
    d.pump.offer(d.now, events({3'000}));
    d.store(seqs{1});
    d.clear();
    CHECK(d.next().what == relay_step::read);
}

TEST_CASE("what is held is bounded in bytes as well, read or offered") {
    auto d = driver::ready();
    auto large = events(1, 4);
    for (auto& e : large)
        e.payload.assign(relay_pump::most_bytes_held / 4, 'p');
    d.read(large);
    d.burst();
    d.now += 1s;
    d.pump.confirmed(d.now);
    d.pump.wake(d.now);
    CHECK(d.next().what != relay_step::read);
    d.pump.offer(d.now, events({10}));
    CHECK(d.burst().empty());
    d.store({1});  // its payload is gone, though its row is not
    CHECK(d.next().what == relay_step::read);
    d.pump.offer(d.now, events({11}));
    d.now += 10ms;
    CHECK(d.burst() == seqs{11});
}

TEST_CASE("a read that ended with many bytes goes on at once") {
    auto d = driver::ready();
    auto large = events(1, 1);
    large[0].payload.assign(relay_pump::read_bytes, 'p');
    d.read(large);
    CHECK(d.due() == std::vector{relay_step::publish, relay_step::read});
}

TEST_CASE("stored events are cleared together after 20 ms, or when 512 are stored") {
    auto d = driver::ready();
    d.read(events(1, 600));
    const auto sent = d.burst();
    d.now += 10ms;
    d.store({1, 2});
    CHECK(d.next().what == relay_step::publish);
    d.burst();
    CHECK(d.next().what == relay_step::clear);
    CHECK(d.next().at == d.now + 20ms);
    for (const auto seq : sent)
        d.pump.stored(d.now, seq);
    CHECK(d.pump.stored().size() == 512);
    d.burst();
    CHECK(d.next().what == relay_step::clear);
    CHECK(d.next().at <= d.now);
}

TEST_CASE("events that fail together cause one pause, which grows until one is stored") {
    auto d = driver::ready();
    d.pump.offer(d.now, events({1, 2}));
    d.burst();
    CHECK(d.pump.failed(d.now, 1, false, 0.0));
    CHECK_FALSE(d.pump.failed(d.now, 2, false, 0.0));
    CHECK(d.burst().empty());
    CHECK(d.next().what == relay_step::publish);
    CHECK(d.next().at == d.now + 25ms);
    d.now += 25ms;
    CHECK(d.burst() == seqs{1, 2});
    CHECK(d.pump.failed(d.now, 1, false, 0.0));
    CHECK(d.next().at == d.now + 50ms);
    d.now += 50ms;
    d.burst();
    d.store({1});
    d.pump.offer(d.now, events({3}));
    d.burst();
    CHECK(d.pump.failed(d.now, 3, false, 0.0));
    CHECK(d.next().at <= d.now + 25ms);
}

TEST_CASE("after a publish timeout the relay checks the stream before it publishes again") {
    auto d = driver::ready();
    d.pump.offer(d.now, events({1}));
    d.burst();
    d.pump.failed(d.now, 1, true, 0.0);
    d.now += 1s;
    CHECK(d.burst().empty());
    CHECK(d.next().what == relay_step::check_stream);
    d.pump.checked_stream(d.now, true, true);
    CHECK(d.pump.stream().recreated());
    CHECK(d.burst() == seqs{1});
}

TEST_CASE("the stream is checked every five seconds, or every second while it is missing") {
    auto d = driver::ready();
    CHECK(d.pump.stream().look_at() == d.now + 5s);
    d.pump.checked_stream(d.now, false, false);
    CHECK(d.pump.stream().look_at() == d.now + 1s);
    d.pump.disconnected();
    CHECK(d.pump.stream().look_at() == never);
    d.pump.connected();
    CHECK(d.pump.stream().look_at() <= d.now);
}

TEST_CASE("a connection lost during the check leaves no stream to publish to") {
    auto d = driver::ready();
    d.pump.disconnected();
    d.pump.checked_stream(d.now, true, false);
    CHECK_FALSE(d.pump.stream().ready());
}

// One step a millisecond, chosen by next() alone; during each read two more events are committed, for which there is no
// an offer. So there is always something to read, to publish and to clear.
TEST_CASE("no action starves another") {
    auto d = driver::ready();
    std::int64_t committed = 0;
    d.pump.offer(d.now, events(1, 512));  // a large burst, after which the next one must wait
    committed = 512;
    d.store(d.burst());
    d.pump.wake(d.now);
    std::map<std::int64_t, relay_pump::time_point> waiting;
    for (int turn = 0; turn < 2'000; ++turn) {
        d.now += 1ms;
        const auto step = d.next();
        if (step.at > d.now) continue;
        if (step.what == relay_step::read) {
            d.pump.start_read();
            d.pump.wake(d.now);
            d.pump.finish_read(d.now, events(committed + 1, 2));
            waiting[committed + 1] = waiting[committed + 2] = d.now;
            committed += 2;
        } else if (step.what == relay_step::publish) {
            const auto burst = d.burst();
            for (const auto seq : burst)
                waiting.erase(seq);
            d.store(burst);
        } else {
            d.perform(step.what);
        }
        INFO("turn " << turn);
        REQUIRE((waiting.empty() || d.now - waiting.begin()->second < 50ms));
        REQUIRE(d.pump.stored().size() < 1'000);
    }
    CHECK(committed > 1'000);
}

TEST_CASE("a stop waits at most a second for acks, clears stored events, and publishes nothing") {
    auto d = driver::ready();
    d.pump.offer(d.now, events({1, 2}));
    d.burst();
    d.pump.stop(d.now);
    d.pump.offer(d.now, events({3}));
    CHECK(d.burst().empty());
    CHECK(d.next().at == d.now + 1s);
    d.store({1});
    CHECK(d.next().at == d.now + 1s);
    auto late = d;
    d.store({2});
    CHECK(d.next().what == relay_step::clear);
    d.clear();
    CHECK(d.next().what == relay_step::leave);
    CHECK(d.next().at <= d.now);
    late.now += 1s;
    CHECK(late.next().what == relay_step::clear);
    late.clear();
    CHECK(late.next().what == relay_step::leave);
}

TEST_CASE("losing leadership drops all held events, and late acks are ignored") {
    auto d = driver::ready();
    d.pump.offer(d.now, events({1, 2}));
    d.burst();
    d.pump.lose_lead();
    CHECK_FALSE(d.pump.leading());
    d.store({1});
    CHECK(d.pump.stored().empty());
    d.pump.lead(d.now, 2);
    CHECK(d.next().what == relay_step::read);
    d.read(events({1, 2}));
    CHECK(d.burst() == seqs{1, 2});
}
