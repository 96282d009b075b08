#include "relay/relay_pump.hpp"

#include <algorithm>

#include "support/catch.hpp"

using namespace tidings::todo_be;
using namespace std::chrono_literals;
using tidings::ids::uuid;

namespace {

using seqs = std::vector<std::int64_t>;
constexpr auto never = relay_pump::time_point::max();
const relay_pump::time_point start{std::chrono::hours(1)};

outbox_event event(std::int64_t seq, const uuid& todo = uuid::v7()) {
    return {.seq = seq, .id = uuid::v7(), .todo_id = todo, .type = "t", .payload = "p"};
}

std::vector<outbox_event> events(const seqs& numbers) {
    std::vector<outbox_event> made;
    for (const auto seq : numbers)
        made.push_back(event(seq));
    return made;
}

std::vector<outbox_event> events(std::int64_t first, std::size_t count) {
    std::vector<outbox_event> made;
    for (std::size_t i = 0; i < count; ++i)
        made.push_back(event(first + static_cast<std::int64_t>(i)));
    return made;
}

// A pump at a time of its own.
struct driver {
    relay_pump pump;
    relay_pump::time_point now = start;

    // Leads, has a stream, has read an outbox that was empty.
    static driver ready(std::int64_t last_seq = 0) {
        driver d;
        d.pump.connected();
        d.pump.lead(d.now, last_seq);
        d.pump.checked_stream(d.now, true, false);
        d.read({});
        return d;
    }
    void read(std::vector<outbox_event> rows) {
        pump.start_read();
        pump.finish_read(now, std::move(rows));
    }
    relay_pump::step next() const { return pump.next(now); }
    seqs burst() {
        seqs taken;
        for (const auto* e : pump.take_burst(now))
            taken.push_back(e->seq);
        return taken;
    }
    void store(const seqs& numbers) {
        for (const auto seq : numbers)
            pump.stored(now, seq);
    }
    void clear() { pump.cleared(now, seqs(pump.stored())); }
    // What is due now, step by step, each done without a result, until nothing is.
    std::vector<relay_step> due() {
        std::vector<relay_step> steps;
        while (next().at <= now && steps.size() < 20) {
            steps.push_back(next().what);
            perform(next().what);
        }
        return steps;
    }
    void perform(relay_step what) {
        if (what == relay_step::publish) burst();
        if (what == relay_step::check_stream) pump.checked_stream(now, true, false);
        if (what == relay_step::confirm_lead) pump.confirmed(now);
        if (what == relay_step::clear) clear();
        if (what == relay_step::read) read({});
    }
};

}  // namespace

TEST_CASE("a new leader looks for the stream, then reads") {
    driver d;
    d.pump.connected();
    d.pump.lead(d.now, 0);
    CHECK(d.due() == std::vector{relay_step::check_stream, relay_step::read});
}

TEST_CASE("without NATS a leader only confirms its lead") {
    driver d;
    d.pump.lead(d.now, 0);
    CHECK(d.due().empty());
    CHECK(d.next().at == d.now + 1s);
    d.now += 1s;
    CHECK(d.due() == std::vector{relay_step::confirm_lead});
}

TEST_CASE("while nothing happens the outbox is read once a second, which confirms the lead too") {
    auto d = driver::ready();
    CHECK(d.next().at == d.now + 1s);
    d.now += 1s;
    const auto steps = d.due();
    CHECK(std::find(steps.begin(), steps.end(), relay_step::read) != steps.end());
}

TEST_CASE("an outbox that keeps its leader busy with offers is still read once a second") {
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

TEST_CASE("an offered event is published immediately, one that waits in the outbox after a read") {
    auto d = driver::ready();
    d.pump.offer(d.now, events({1}));
    CHECK(d.burst() == seqs{1});
    CHECK(d.next().what != relay_step::read);
    d.pump.wake();
    CHECK(d.due() == std::vector{relay_step::read});
}

TEST_CASE("an offer that comes after its row was read, published and cleared is not published again") {
    auto d = driver::ready();
    const auto batch = events(1, 32);
    d.read(batch);
    d.store(d.burst());
    d.clear();
    d.now += 5ms;
    d.pump.offer(d.now, batch);
    CHECK(d.burst().empty());
    // The outbox knows: what is still there is published.
    CHECK(d.due() == std::vector{relay_step::read});
    d.read({batch[7]});
    CHECK(d.burst() == seqs{8});
}

TEST_CASE("the window alone does not remember what was cleared") {
    outbox_window w;
    w.add(event(1));
    CHECK(w.next() != nullptr);
    w.stored(1);
    w.forget({1});
    w.add(event(1));
    CHECK(w.sendable());  // how 32 events came to be published and counted twice
}

TEST_CASE("an offer of an event that is held is ignored, whether it is on its way or stored") {
    auto d = driver::ready();
    const auto batch = events({1, 2});
    d.read(batch);
    d.burst();
    d.store({1});
    d.pump.offer(d.now, batch);
    CHECK(d.burst().empty());
    CHECK(d.pump.stored() == seqs{1});
}

TEST_CASE("an event that was numbered before this replica led is read, not taken from an offer") {
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

TEST_CASE("what is offered while nothing may be published is read later") {
    auto d = driver::ready();
    d.pump.disconnected();
    d.pump.offer(d.now, events({1}));
    CHECK(d.burst().empty());
    d.pump.connected();
    CHECK(d.due() == std::vector{relay_step::check_stream, relay_step::read});
}

TEST_CASE("a leader whose server has not replied for three seconds publishes nothing until it has") {
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
    d.pump.wake();
    CHECK(d.next().what == relay_step::publish);
    d.burst();
    CHECK(d.due() == std::vector{relay_step::read});
    d.read(events(40, 32));
    d.pump.wake();
    d.now += 1ms;
    CHECK(d.next().at > d.now);
    d.read(events(100, relay_pump::read_batch));
    d.now += 5ms;
    CHECK(d.due() == std::vector{relay_step::read, relay_step::publish});
}

TEST_CASE("at most 512 events are on their way") {
    auto d = driver::ready();
    d.read(events(1, 600));
    const auto sent = d.burst();
    CHECK(sent.size() == 512);
    d.now += 1s;
    CHECK(d.burst().empty());
    d.store({1, 2});
    CHECK(d.burst() == seqs{513, 514});
}

TEST_CASE("at most 2,000 events are held: then neither read nor offered ones are added") {
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

TEST_CASE("events that fail together cost one pause, which grows until one is stored") {
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

TEST_CASE("a publish without an answer makes the relay look for its stream before it publishes again") {
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

TEST_CASE("a stream is looked for every five seconds, and every second while there is none") {
    auto d = driver::ready();
    CHECK(d.pump.stream().look_at() == d.now + 5s);
    d.pump.checked_stream(d.now, false, false);
    CHECK(d.pump.stream().look_at() == d.now + 1s);
    d.pump.disconnected();
    CHECK(d.pump.stream().look_at() == never);
    d.pump.connected();
    CHECK(d.pump.stream().look_at() <= d.now);
}

TEST_CASE("a connection lost during the look leaves no stream to publish to") {
    auto d = driver::ready();
    d.pump.disconnected();
    d.pump.checked_stream(d.now, true, false);
    CHECK_FALSE(d.pump.stream().ready());
}

TEST_CASE("no step starves another") {
    auto d = driver::ready();
    std::int64_t seq = 0;
    int reads = 0;
    int clears = 0;
    for (int turn = 0; turn < 1'000; ++turn) {
        d.pump.wake();
        const auto offered = events(seq + 1, 100);
        seq += 100;
        d.pump.offer(d.now, offered);
        d.store(d.burst());
        reads += d.next().what == relay_step::read ? 1 : 0;
        clears += d.next().what == relay_step::clear ? 1 : 0;
        d.perform(d.next().what);
        d.now += 1ms;
    }
    CHECK(reads > 100);
    CHECK(clears > 10);
}

TEST_CASE("a stop waits a second at most for what is on its way, clears what is stored, and publishes nothing") {
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

TEST_CASE("with the lead everything held is dropped, and acknowledgements that come later do no harm") {
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
