#include "redis/circuit_breaker.hpp"

#include "support/catch.hpp"

using tidings::redis::circuit_breaker;
using namespace std::chrono_literals;

namespace {

const circuit_breaker::time start{};

// After three failures, for a second, at most four.
struct breaker : circuit_breaker {
    breaker() : circuit_breaker(3, 1s, 4s) {}
    void fail(int times, time at) {
        for (int i = 0; i < times; ++i)
            failed(at);
    }
};

}  // namespace

TEST_CASE("some failures do not matter, with a success between them") {
    breaker b;
    for (int i = 0; i < 5; ++i) {
        b.fail(2, start);
        CHECK(b.allows(start));
        b.succeeded();
    }
}

TEST_CASE("after failures in a row nobody asks for a while, then one") {
    breaker b;
    b.fail(3, start);
    CHECK(b.open());
    CHECK_FALSE(b.allows(start + 999ms));
    CHECK(b.allows(start + 1s));
    CHECK_FALSE(b.allows(start + 1s));
    b.succeeded();
    CHECK(b.allows(start + 1s));
    CHECK_FALSE(b.open());
}

TEST_CASE("each try that fails doubles the pause, up to the longest") {
    breaker b;
    b.fail(3, start);
    auto now = start + 1s;
    for (const auto pause : {2s, 4s, 4s}) {
        REQUIRE(b.allows(now));
        b.failed(now);
        CHECK_FALSE(b.allows(now + pause - 1ms));
        now += pause;
    }
    CHECK(b.allows(now));
}

TEST_CASE("failures of those who were asking already lengthen nothing") {
    breaker b;
    b.fail(20, start + 10ms);
    CHECK(b.allows(start + 10ms + 1s));
}
