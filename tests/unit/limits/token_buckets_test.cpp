#include "limits/token_buckets.hpp"

#include <random>

#include "support/catch.hpp"

using namespace tidings::limits;
using namespace std::chrono_literals;

namespace {

const token_buckets::time_point start{std::chrono::hours(1)};

}  // namespace

TEST_CASE("a bucket gives its quota at once and then as fast as it refills") {
    token_buckets buckets({.quota = 3, .window = 30s});
    for (const std::uint64_t left : {2, 1, 0}) {
        const auto v = buckets.take("a", start);
        CHECK(v.allowed);
        CHECK(v.left == left);
        CHECK(v.full_in == (3 - left) * 10s);
        CHECK(v.retry_in == 0s);
    }
    const auto refused = buckets.take("a", start + 1s);
    CHECK_FALSE(refused.allowed);
    CHECK(refused.left == 0);
    CHECK(refused.retry_in == 9s);
    CHECK(refused.full_in == 29s);
    CHECK_FALSE(buckets.take("a", start + 9'999ms).allowed);
    CHECK(buckets.take("a", start + 10s).allowed);
    CHECK_FALSE(buckets.take("a", start + 10s).allowed);
    CHECK(buckets.take("a", start + 100s).left == 2);  // full, and no fuller than that
}

TEST_CASE("a look takes no token") {
    token_buckets buckets({.quota = 2, .window = 20s});
    CHECK(buckets.look("a", start).left == 2);
    CHECK(buckets.size() == 0);
    buckets.take("a", start);
    for (int i = 0; i < 3; ++i)
        CHECK(buckets.look("a", start).left == 1);
    buckets.take("a", start);
    CHECK_FALSE(buckets.look("a", start + 9s).allowed);
    CHECK(buckets.look("a", start + 9s).retry_in == 1s);
    CHECK(buckets.look("a", start + 10s).allowed);
    CHECK(buckets.take("a", start + 10s).allowed);
}

TEST_CASE("each key has a bucket of its own") {
    token_buckets buckets({.quota = 1, .window = 1s});
    CHECK(buckets.take("a", start).allowed);
    CHECK(buckets.take("b", start).allowed);
    CHECK_FALSE(buckets.take("a", start).allowed);
    CHECK(buckets.take("a", start + 1s).allowed);
}

TEST_CASE("of too many keys the one used least recently is forgotten") {
    token_buckets buckets({.quota = 1, .window = 1h}, 2);
    CHECK(buckets.take("a", start).allowed);
    CHECK(buckets.take("b", start).allowed);
    CHECK_FALSE(buckets.take("a", start).allowed);
    CHECK(buckets.take("c", start).allowed);
    CHECK(buckets.size() == 2);
    CHECK_FALSE(buckets.take("a", start).allowed);
    CHECK(buckets.take("b", start).allowed);
}

TEST_CASE("no more are allowed in any time than the quota and what was refilled") {
    std::mt19937 random(7);
    for (const rate r : {rate{1, 1s}, rate{7, 10s}, rate{1'000, 1s}, rate{333'333, 1s}}) {
        token_buckets buckets(r);
        auto now = start;
        std::uint64_t allowed = 0;
        for (int i = 0; i < 20'000; ++i) {
            now += std::chrono::nanoseconds(
                random() % (2'000'000ULL * static_cast<unsigned long long>(r.window.count()) / r.quota));
            const auto v = buckets.take("a", now);
            allowed += v.allowed ? 1 : 0;
            REQUIRE(v.left < r.quota);
            REQUIRE(v.full_in <= r.window);
            // The interval is rounded to nanoseconds.
            const auto refilled = static_cast<double>((now - start) / 1ns) /
                                  (1e6 * static_cast<double>(r.window.count())) * static_cast<double>(r.quota);
            REQUIRE(static_cast<double>(allowed) <= (static_cast<double>(r.quota) + refilled) * 1.001 + 1);
        }
        CHECK(allowed > 10'000);
    }
}
