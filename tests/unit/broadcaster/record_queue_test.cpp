#include "journal/record_queue.hpp"

#include <random>
#include <set>
#include <vector>

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const record_queue::time_point start{};

std::string line(std::uint64_t n) { return std::to_string(n) + '\n'; }

std::vector<std::uint64_t> numbers_in(const std::string& lines) {
    std::vector<std::uint64_t> all;
    for (std::size_t at = 0; at < lines.size(); at = lines.find('\n', at) + 1)
        all.push_back(std::stoull(lines.substr(at)));
    return all;
}

// A queue between attempts and a server that accepts, loses and rejects at random.
struct history {
    std::mt19937 random;
    record_queue q{{500 + random() % 1'000, 20'000}};
    record_queue::time_point now = start;
    std::set<std::uint64_t> ids, stored;  // as seen by the server
    std::vector<std::pair<std::uint64_t, record_batch>> under_way;
    std::size_t dropped = 0, twice = 0;
    std::uint64_t added = 0;

    explicit history(unsigned seed) : random(seed) {}
    bool chance(unsigned percent) { return random() % 100 < percent; }

    sending fate(const record_batch& b) {
        if (chance(40)) return sending::stored;
        if (b.records > 3 && !b.perhaps_stored && chance(10)) return sending::too_large;
        return chance(50) ? sending::lost : sending::refused;
    }

    void answer(bool well) {
        const auto at = static_cast<std::ptrdiff_t>(random() % under_way.size());
        const auto [number, b] = under_way[static_cast<std::size_t>(at)];
        under_way.erase(under_way.begin() + at);
        const auto how = well ? sending::stored : fate(b);
        // A lost message may have been stored; the server recognises its id.
        if ((how == sending::stored || (how == sending::lost && chance(50))) && ids.insert(b.id).second)
            for (const auto n : numbers_in(b.lines))
                twice += stored.insert(n).second ? 0u : 1u;
        dropped += q.answered(number, how, now);
    }

    void send() {
        if (const auto next = q.take(now)) under_way.emplace_back(next->number, next->batch);
    }
};

}  // namespace

TEST_CASE("records waiting for their stream share messages and none is lost within the limits") {
    record_queue q;
    auto now = start;
    // 60 s of 1,000 records a second, sealed every 5 ms; nothing is accepted.
    for (std::uint64_t n = 0; n < 60'000; ++n) {
        REQUIRE(q.add(line(n)) == 0);
        if (n % 5 != 0) continue;
        now += 5ms;
        if (const auto next = q.take(now)) REQUIRE(q.answered(next->number, sending::refused, now) == 0);
    }
    CHECK(q.records() == 60'000);
    now += 1s;
    std::size_t messages = 0;
    std::uint64_t expected = 0;
    while (const auto next = q.take(now)) {
        for (const auto n : numbers_in(next->batch.lines))
            REQUIRE(n == expected++);
        ++messages;
        q.answered(next->number, sending::stored, now);
    }
    CHECK(expected == 60'000);
    CHECK(messages < 700);
    CHECK(q.empty());
    CHECK(q.bytes() == 0);
}

TEST_CASE("beyond the limits the oldest records are dropped and counted") {
    record_queue by_number({250, 1'000'000});
    std::size_t lost = 0;
    for (std::uint64_t n = 0; n < 1'000; ++n)
        lost += by_number.add(line(n));
    CHECK(by_number.records() <= 250);
    CHECK(lost + by_number.records() == 1'000);
    const auto next = by_number.take(start);
    REQUIRE(next);
    CHECK(numbers_in(next->batch.lines).front() == lost);

    record_queue by_bytes({1'000'000, 200'000});
    for (std::uint64_t n = 0; n < 1'000; ++n)
        by_bytes.add(std::string(999, 'x') + '\n');
    CHECK(by_bytes.bytes() <= 200'000);
    CHECK(by_bytes.bytes() > 100'000);
}

TEST_CASE("one batch at a time is tried while the stream accepts none") {
    record_queue q;
    for (std::uint64_t n = 0; n < 1'000; ++n)
        q.add(line(n));
    const auto first = q.take(start), second = q.take(start);
    REQUIRE(second);
    const auto id = first->batch.id;
    q.answered(first->number, sending::lost, start);
    CHECK(q.troubled());
    CHECK_FALSE(q.take(start + 1s));  // the second has no reply yet
    q.answered(second->number, sending::lost, start + 1s);
    CHECK_FALSE(q.take(start + 1s));
    const auto probe = q.take(start + 1s + record_queue::retry_pause);
    REQUIRE(probe);
    CHECK(probe->batch.id == id);  // possibly stored: resent unchanged
    CHECK_FALSE(q.take(start + 1min));
    q.answered(probe->number, sending::stored, start + 1min);
    CHECK(q.take(start + 1min));
    CHECK(q.take(start + 1min));
}

TEST_CASE("a batch too large for the stream is halved until it fits") {
    record_queue q;
    std::size_t lost = 0;
    for (std::uint64_t n = 0; n < 100; ++n)
        q.add(n == 37 ? std::string(5'000, '1') + '\n' : line(n));
    std::set<std::uint64_t> stored;
    while (const auto next = q.take(start)) {
        const bool fits = next->batch.lines.size() <= 100;
        if (fits)
            for (const auto n : numbers_in(next->batch.lines))
                CHECK(stored.insert(n).second);
        lost += q.answered(next->number, fits ? sending::stored : sending::too_large, start);
    }
    CHECK(stored.size() == 99);
    CHECK(lost == 1);
    CHECK(q.empty());
}

TEST_CASE("every record is stored once or counted as dropped") {
    const auto seed = GENERATE(range(1u, 400u));
    CAPTURE(seed);
    history h(seed);
    for (int step = 0; step < 3'000; ++step) {
        h.now += 7ms;
        for (auto more = h.random() % 4; more > 0; --more)
            h.dropped += h.q.add(line(h.added++));
        h.send();
        if (!h.under_way.empty() && h.chance(60)) h.answer(false);
    }
    while (!h.q.empty()) {
        h.now += 1s;
        h.send();
        if (!h.under_way.empty()) h.answer(true);
    }
    CHECK(h.twice == 0);
    CHECK(h.stored.size() + h.dropped >= h.added);  // dropped records may have been stored
    CHECK(h.stored.size() <= h.added);
    CHECK(h.q.bytes() == 0);
}
