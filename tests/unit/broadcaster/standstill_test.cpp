#include "domain/standstill.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace tidings::broadcaster;

namespace {

constexpr standstill::time_point start{1000h};

// After ticks that came so long after each other.
standstill::time_point awake_after(std::initializer_list<std::chrono::milliseconds> gaps) {
    standstill s(75ms, start);
    auto now = start;
    for (const auto gap : gaps)
        s.tick(now += gap);
    return s.awake_since();
}

}  // namespace

TEST_CASE("a process that ticks in time has always been awake") {
    CHECK(awake_after({}) == standstill::time_point{});
    CHECK(awake_after({50ms, 75ms, 50ms}) == standstill::time_point{});
}

TEST_CASE("a tick that is late after one in time: it stood still") {
    CHECK(awake_after({50ms, 3s}) == start + 3050ms);
    CHECK(awake_after({50ms, 3s, 50ms, 50ms}) == start + 3050ms);
    CHECK(awake_after({50ms, 3s, 50ms, 100ms}) == start + 3200ms);
}

TEST_CASE("ticks that are late one after the other: it is busy") {
    CHECK(awake_after({50ms, 100ms, 100ms, 100ms}) == start + 150ms);
    CHECK(awake_after({100ms, 100ms}) == start + 100ms);
    CHECK(awake_after({100ms, 100ms, 375ms}) == start + 100ms);
}

TEST_CASE("a tick that is later than any work keeps it: it stood still, also when the one before was late") {
    CHECK(awake_after({100ms, 376ms}) == start + 476ms);
}
