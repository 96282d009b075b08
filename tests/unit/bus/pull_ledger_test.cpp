#include "bus/jetstream/pull_ledger.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

TEST_CASE("the ledger counts what was asked for and has not come") {
    pull_ledger l;
    const auto now = std::chrono::steady_clock::now();
    const auto a = l.open(10, now + 1s);
    const auto b = l.open(5, now + 2s);
    CHECK(l.outstanding() == 15);
    for (int i = 0; i < 4; ++i)
        l.arrived();
    CHECK(l.outstanding() == 11);

    SECTION("a status tells what will not come") {
        CHECK(l.ended(a, 7));
        CHECK(l.outstanding() == 4);
        CHECK_FALSE(l.ended(a, 7));
        CHECK(l.outstanding() == 4);
    }
    SECTION("a status without a number ends the whole request") {
        CHECK(l.ended(b, std::nullopt));
        CHECK(l.outstanding() == 6);
    }
    SECTION("requests are answered in any order, and at the end nothing is left over") {
        CHECK(l.ended(b, 3));
        CHECK(l.ended(a, 8));
        CHECK(l.idle());
    }
    SECTION("what was served in full gets no status") {
        for (int i = 0; i < 11; ++i)
            l.arrived();
        CHECK(l.idle());
        CHECK_FALSE(l.next_due());
        CHECK_FALSE(l.ended(a, 0));
    }
}

TEST_CASE("the ledger ends what stays silent or was asked of another connection") {
    pull_ledger l;
    const auto now = std::chrono::steady_clock::now();
    const auto a = l.open(10, now + 1s);
    const auto b = l.open(5, now + 2s);
    for (int i = 0; i < 4; ++i)
        l.arrived();

    SECTION("silent requests end at their time") {
        l.expire(now + 1500ms);
        CHECK(l.outstanding() == 5);  // as many as the open one can still bring
        l.expire(now + 2s);
        CHECK(l.idle());
    }
    SECTION("after a new connection everything has ended") {
        l.reset();
        CHECK(l.idle());
        CHECK_FALSE(l.ended(a, 1));
        CHECK(l.open(1, now) > b);
    }
    SECTION("more than was asked for does no harm") {
        for (int i = 0; i < 20; ++i)
            l.arrived();
        CHECK(l.idle());
    }
}

}  // namespace tidings::bus
