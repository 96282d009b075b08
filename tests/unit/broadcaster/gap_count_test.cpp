#include "domain/gap_count.hpp"

#include "support/catch.hpp"

using tidings::broadcaster::gap_count;

TEST_CASE("events that are gone are counted once, however often their gap is found") {
    gap_count c;
    CHECK(c.found(1, 21) == 20);
    CHECK(c.found(1, 21) == 0);
    CHECK(c.found(5, 10) == 0);
}

TEST_CASE("of a gap that has grown at either end only what is new counts") {
    gap_count c;
    CHECK(c.found(10, 20) == 10);
    CHECK(c.found(10, 25) == 5);
    CHECK(c.found(8, 25) == 2);
    CHECK(c.found(25, 30) == 5);
    CHECK(c.found(8, 30) == 0);
}

TEST_CASE("another gap counts by itself") {
    gap_count c;
    CHECK(c.found(1, 10) == 9);
    CHECK(c.found(50, 60) == 10);
    CHECK(c.found(20, 55) == 30);
}
