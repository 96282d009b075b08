#include "runtime/backoff.hpp"

#include "support/catch.hpp"

using namespace tidings::runtime;
using namespace std::chrono_literals;

TEST_CASE("a pause is between half and all of a doubling step") {
    struct row {
        unsigned failures;
        double random;
        milliseconds expected;
    };
    const row table[] = {
        {1, 0, 500ms}, {1, 0.5, 750ms}, {1, 0.999, 999ms}, {2, 0, 1s},    {2, 0.999, 1999ms}, {3, 0, 2s},
        {7, 0, 30s},   {7, 0.5, 45s},   {8, 0, 30s},       {100, 0, 30s}, {1000, 0.5, 45s},   {4'294'967'295U, 0, 30s},
        {0, 0, 500ms},
    };
    for (const auto& [failures, random, expected] : table) {
        INFO(failures << " failures, " << random);
        CHECK(backoff_pause(1s, 1min, failures, random) == expected);
    }
}

TEST_CASE("the first pause may be the longest") { CHECK(backoff_pause(1s, 1s, 5, 0.999) == 999ms); }

TEST_CASE("a very large limit does not overflow") {
    CHECK(backoff_pause(1ms, std::chrono::hours(24 * 365), 64, 0) == std::chrono::hours(12 * 365));
}

TEST_CASE("pauses grow with failures and start again after a success") {
    backoff b(100ms, 10s);
    for (milliseconds whole = 100ms; whole < 10s; whole *= 2) {
        const auto pause = b.next();
        CHECK(pause >= whole / 2);
        CHECK(pause <= whole);
    }
    CHECK(b.failures() == 7);
    b.reset();
    CHECK(b.failures() == 0);
    CHECK(b.next() <= 100ms);
}

TEST_CASE("random numbers are in the unit interval and differ") {
    double lowest = 1, highest = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double r = random_unit();
        REQUIRE(r >= 0);
        REQUIRE(r < 1);
        lowest = std::min(lowest, r);
        highest = std::max(highest, r);
    }
    CHECK(lowest < 0.1);
    CHECK(highest > 0.9);
}
