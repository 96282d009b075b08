#include "domain/reader_window.hpp"

#include <map>
#include <random>

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("reader window: the position follows the lowest event in hand") {
    reader_window w(10);
    CHECK(w.position() == 10);
    w.read(10, 1);
    w.read(11, 2);
    CHECK(w.head() == 12);
    CHECK(w.position() == 10);
    w.done(10);
    CHECK(w.position() == 11);
    w.done(11);
    CHECK(w.position() == 11);
    w.done(11);
    CHECK(w.position() == 12);
}

TEST_CASE("reader window: events that nobody wants take no memory, and move the position when nothing is in hand") {
    reader_window w(1);
    for (std::uint64_t s = 1; s <= 1'000; ++s)
        w.read(s, 0);
    CHECK(w.size() == 0);
    CHECK(w.position() == 1'001);
    w.read(1'001, 1);
    w.read(1'002, 0);
    CHECK(w.position() == 1'001);
    CHECK(w.size() == 1);
}

TEST_CASE("reader window: the sequences of a stream may have gaps") {
    reader_window w(1);
    w.read(5, 1);
    w.read(900, 1);
    w.done(5);
    CHECK(w.position() == 900);
    w.done(900);
    CHECK(w.position() == 901);
}

TEST_CASE("reader window: an event read twice or done once too often is a bug of the caller") {
    reader_window w(3);
    w.read(3, 1);
    CHECK_THROWS_AS(w.read(3, 1), std::logic_error);
    CHECK_THROWS_AS(w.done(4), std::logic_error);
    w.read(4, 1);
    w.done(4);
    CHECK_THROWS_AS(w.done(4), std::logic_error);
}

TEST_CASE("reader window: after any history the position is the lowest event with a holder") {
    std::mt19937 random(7);
    for (int history = 0; history < 2'000; ++history) {
        reader_window w(1);
        std::map<std::uint64_t, std::size_t> held;
        std::uint64_t next = 1;
        for (int step = 0; step < 60; ++step) {
            if (held.empty() || random() % 2 == 0) {
                next += random() % 3;
                const auto holders = random() % 3;
                w.read(next, holders);
                if (holders > 0) held[next] = holders;
                ++next;
            } else {
                const auto which = std::next(held.begin(), static_cast<std::ptrdiff_t>(random() % held.size()));
                w.done(which->first);
                if (--which->second == 0) held.erase(which);
            }
            REQUIRE(w.position() == (held.empty() ? next : held.begin()->first));
        }
    }
}
