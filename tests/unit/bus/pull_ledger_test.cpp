#include "bus/jetstream/pull_ledger.hpp"
#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;

TEST_CASE("the ledger counts outstanding messages") {
    pull_ledger l;
    const auto now = std::chrono::steady_clock::now();
    const auto a = l.open(10, now + 1s);
    const auto b = l.open(5, now + 2s);
    CHECK(l.outstanding() == 15);
    for (int i = 0; i < 4; ++i)
        l.arrived();
    CHECK(l.outstanding() == 11);

    SECTION("a status says how many will not come") {
        CHECK(l.ended(a, 7));
        CHECK(l.outstanding() == 4);
        CHECK_FALSE(l.ended(a, 7));
        CHECK(l.outstanding() == 4);
    }
    SECTION("a status without a number ends the whole request") {
        CHECK(l.ended(b, std::nullopt));
        CHECK(l.outstanding() == 6);
    }
    SECTION("requests complete in any order, and nothing is left over") {
        CHECK(l.ended(b, 3));
        CHECK(l.ended(a, 8));
        CHECK(l.idle());
    }
    SECTION("a request served in full gets no status") {
        for (int i = 0; i < 11; ++i)
            l.arrived();
        CHECK(l.idle());
        CHECK_FALSE(l.next_due());
        CHECK_FALSE(l.ended(a, 0));
    }
}

TEST_CASE("the ledger ends silent requests and those of an earlier connection") {
    pull_ledger l;
    const auto now = std::chrono::steady_clock::now();
    const auto a = l.open(10, now + 1s);
    const auto b = l.open(5, now + 2s);
    for (int i = 0; i < 4; ++i)
        l.arrived();

    SECTION("silent requests time out") {
        l.expire(now + 1500ms);
        CHECK(l.outstanding() == 5);  // as many as the open one can still deliver
        l.expire(now + 2s);
        CHECK(l.idle());
    }
    SECTION("on a new connection earlier requests have ended") {
        l.reset();
        CHECK(l.idle());
        CHECK_FALSE(l.ended(a, 1));
        CHECK(l.open(1, now) > b);
    }
    SECTION("more messages than requested do no harm") {
        for (int i = 0; i < 20; ++i)
            l.arrived();
        CHECK(l.idle());
    }
}

}  // namespace tidings::bus
