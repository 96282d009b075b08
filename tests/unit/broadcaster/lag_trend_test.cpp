#include "domain/lag_trend.hpp"

#include "support/catch.hpp"

using namespace std::chrono_literals;
using namespace tidings::broadcaster;

namespace {

constexpr lag_trend::time_point start{1h};

}  // namespace

TEST_CASE("an endpoint whose lag shrinks, or stays, does not fall behind") {
    lag_trend t;
    CHECK_FALSE(t.grows(1'000'000, start));
    CHECK_FALSE(t.grows(1'000'500, start + 1s));  // too soon to tell
    CHECK_FALSE(t.grows(1'000'000, start + 5s));
    CHECK_FALSE(t.grows(10, start + 10s));
}

TEST_CASE("one whose lag grows does, until it has shrunk for a while") {
    lag_trend t;
    t.grows(1'000, start);
    CHECK(t.grows(1'001, start + 5s));
    CHECK(t.grows(10, start + 9s));
    CHECK_FALSE(t.grows(10, start + 10s));
}

TEST_CASE("what was before it came back says nothing about it") {
    lag_trend t;
    t.grows(10, start);
    t.reset();
    CHECK_FALSE(t.grows(1'000, start + 5s));
}
