#include "domain/delivery_pace.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace tidings::broadcaster;

namespace {

void tick(delivery_pace& p, int taken, std::chrono::nanoseconds since = 50ms) {
    for (int n = 0; n < taken; ++n)
        p.took();
    p.tick(since);
}

}  // namespace

TEST_CASE("the pace of an endpoint is what it takes in a second") {
    delivery_pace p;
    CHECK(p.a_second() == 0);
    tick(p, 500);
    CHECK(p.a_second() == 10'000);
    tick(p, 2'000, 100ms);
    CHECK(p.a_second() == 20'000);
}

TEST_CASE("a stop of 100 ms leaves half of the pace, a second next to nothing") {
    delivery_pace p;
    tick(p, 3'000);
    tick(p, 0);
    tick(p, 0);
    CHECK(p.a_second() > 30'000);
    for (int n = 0; n < 18; ++n)
        tick(p, 0);
    CHECK(p.a_second() < 500);
}

TEST_CASE("whoever takes an event now and then is at it, and not any more a quarter of a second after the last") {
    delivery_pace p;
    for (int n = 0; n < 3; ++n) {
        tick(p, 1);
        for (int without = 0; without < 4; ++without)
            tick(p, 0);
        CHECK(p.at_it());
    }
    tick(p, 0);
    CHECK_FALSE(p.at_it());
    tick(p, 1);
    CHECK(p.at_it());
}

TEST_CASE("however often it is looked at") {
    delivery_pace p;
    for (int n = 0; n < 8; ++n)
        tick(p, 50, 5ms);
    CHECK(p.a_second() == 10'000);
    for (int n = 0; n < 40; ++n)
        tick(p, 0, 5ms);
    CHECK(p.at_it());
    for (int n = 0; n < 16; ++n)
        tick(p, 0, 5ms);
    CHECK_FALSE(p.at_it());
}
