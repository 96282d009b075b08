#include "domain/stalled.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

TEST_CASE("an endpoint stalls when events wait and nothing is delivered for longer than an attempt may take") {
    constexpr auto timeout = 15s;
    CHECK(stalled({1, 21s, 21s}, timeout));
    CHECK_FALSE(stalled({0, 21s, 21s}, timeout));    // nothing waits
    CHECK_FALSE(stalled({1'000, 1h, 1s}, timeout));  // far behind, and flowing
    CHECK_FALSE(stalled({1, 19s, 1h}, timeout));     // has only just come
    CHECK_FALSE(stalled({50, 0s, 1h}, timeout));     // waits for the times of its retries
}
