#include "domain/usual_age.hpp"

#include <vector>

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

using ages = std::vector<std::chrono::steady_clock::duration>;

auto usual(ages a) { return usual_age(a); }

}  // namespace

TEST_CASE("one alone has nobody to be compared with") {
    CHECK(usual(ages{}) == 0s);
    CHECK(usual(ages{9s}) == 0s);
}

TEST_CASE("under a backlog all are old: that is usual") {
    CHECK(usual(ages{1300ms, 1200ms, 1250ms, 1400ms}) == 1200ms);
    CHECK(usual(ages(25, 2s)) == 2s);
}

TEST_CASE("those that hang are not usual while a quarter of the others is prompt") {
    CHECK(usual(ages{9s, 0s}) == 0s);
    CHECK(usual(ages{9s, 9s, 9s, 0s, 9s}) == 9s);
    CHECK(usual(ages{9s, 9s, 0s, 0s, 9s}) == 0s);
}

TEST_CASE("a few that have nothing in hand just now do not make the others late") {
    CHECK(usual(ages{1s, 0s, 1s, 1s, 1s, 1s, 1s, 1s}) == 1s);
}
