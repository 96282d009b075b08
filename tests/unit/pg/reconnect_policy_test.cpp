#include "pg/reconnect_policy.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using pg::reconnect_policy;

namespace {

const runtime::time_point start = runtime::time_point(1h);
const pg::error away("08001", "away");

}  // namespace

TEST_CASE("while connects succeed all may connect") {
    reconnect_policy p;
    CHECK(p.refusal(start) == nullptr);
    CHECK_FALSE(p.begin());
    CHECK_FALSE(p.begin());
    p.succeeded();
    CHECK(p.refusal(start) == nullptr);
}

TEST_CASE("after a failure all fail until the pause is over, then one retries") {
    reconnect_policy p;
    p.failed(away, start);
    REQUIRE(p.refusal(start) != nullptr);
    CHECK(p.refusal(start)->sqlstate == "08001");
    const auto later = start + 3s;
    CHECK(p.refusal(later) == nullptr);
    CHECK(p.begin());
    CHECK(p.refusal(later) != nullptr);
    p.end_trial();
    CHECK(p.refusal(later) == nullptr);
    p.succeeded();
    CHECK(p.refusal(start) == nullptr);
}

TEST_CASE("pauses grow to two seconds, and start over after a success") {
    reconnect_policy p;
    auto now = start;
    const auto next_pause = [&] {
        p.failed(away, now);
        const auto failed_at = now;
        while (p.refusal(now) != nullptr)
            now += 1ms;
        return now - failed_at;
    };
    CHECK(next_pause() <= 100ms);
    for (int i = 0; i < 10; ++i)
        CHECK(next_pause() <= 2s);
    CHECK(next_pause() > 500ms);
    p.succeeded();
    CHECK(next_pause() <= 100ms);
}

TEST_CASE("concurrent failures count once") {
    reconnect_policy one;
    one.failed(away, start);
    reconnect_policy many = one;
    for (int i = 0; i < 10; ++i)
        many.failed(away, start);
    const auto pause_over = start + 100ms;
    CHECK(one.refusal(pause_over) == nullptr);
    CHECK(many.refusal(pause_over) == nullptr);
}
