#include "delivery/attempt_slots.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace tidings::broadcaster;

namespace {

void begin(attempt_slots& s, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
        s.begin();
}

void busy(attempt_slots& s, double load, int times) {
    for (int i = 0; i < times; ++i)
        s.adapt(load, {});
}

}  // namespace

TEST_CASE("each endpoint may have one attempt under way, and no more than a quarter of what is left") {
    attempt_slots s(400);
    busy(s, 0.5, 1);
    CHECK(s.free(99));
    CHECK(!s.free(100));
    begin(s, 396);
    CHECK(s.free(0));
    CHECK(!s.free(1));
    begin(s, 100);
    CHECK(s.free(0));
    CHECK(!s.free(1));
    s.end(496);
    CHECK(s.free(99));
}

TEST_CASE("while this process is at work all the time there are fewer attempts, but enough") {
    attempt_slots s(4'096);
    busy(s, 0.5, 10);
    CHECK(!s.limited());
    busy(s, 1.0, 1);
    CHECK(s.limited());
    busy(s, 1.0, 50);
    CHECK(s.free(attempt_slots::enough / 4 - 1));
    CHECK(!s.free(attempt_slots::enough / 4));
    begin(s, 1'000);
    CHECK(s.free(0));
}

TEST_CASE("it begins with few attempts, and soon has as many as ever") {
    attempt_slots s(4'096);
    CHECK(s.limited());
    CHECK(!s.free(attempt_slots::enough / 4));
    busy(s, 0.5, 4);
    CHECK(!s.limited());
}

TEST_CASE("until it was limited for the last time it says so, and how long answers take") {
    constexpr attempt_slots::time_point start{1000h};
    attempt_slots s(4'096);
    s.adapt(1.0, start);
    CHECK(s.limited_until() == start);
    for (int i = 1; i <= 10; ++i) {
        s.answered(20ms);
        s.answered(60ms);
        s.adapt(0.1, start + i * 50ms);
    }
    CHECK(s.limited_until() < start + 500ms);
    CHECK(s.usual_answer() > 35ms);
    CHECK(s.usual_answer() <= 40ms);
    s.adapt(0.1, start + 1s);  // nobody answers
    CHECK(s.usual_answer() > 35ms);
}

TEST_CASE("when it has time left there may soon be as many as ever") {
    attempt_slots s(4'096);
    busy(s, 1.0, 50);
    busy(s, 0.85, 50);
    CHECK(s.limited());
    busy(s, 0.5, 4);
    CHECK(!s.limited());
    CHECK(s.free(1'023));
}

TEST_CASE("a process with few descriptors has no more of them while it is busy") {
    attempt_slots s(100);
    busy(s, 1.0, 50);
    CHECK(!s.limited());
    CHECK(s.free(24));
    CHECK(!s.free(25));
}
