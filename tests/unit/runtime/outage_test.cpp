#include "runtime/outage.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

namespace {

const runtime::outage::time start{1000h};

}  // namespace

TEST_CASE("an outage is reported immediately and then at growing intervals") {
    runtime::outage o;
    std::vector<int> told;
    for (int second = 0; second <= 4000; ++second)
        if (o.failed(start + std::chrono::seconds(second), "refused")) told.push_back(second);
    CHECK(told == std::vector<int>{0, 10, 30, 70, 150, 310, 630, 1230, 1830, 2430, 3030, 3630});
    CHECK(o.lasted(start + 90s) == 90s);
}

TEST_CASE("a new reason is reported immediately, one that recurs is not") {
    runtime::outage o;
    CHECK(o.failed(start, "refused"));
    CHECK(o.failed(start + 1s, "wrong password"));
    CHECK_FALSE(o.failed(start + 2s, "refused"));
    CHECK_FALSE(o.failed(start + 3s, "wrong password"));
    CHECK(o.failed(start + 10s, "refused"));
}

TEST_CASE("reasons that never repeat do not fill the log") {
    runtime::outage o;
    int told = 0;
    for (int i = 0; i < 1000; ++i)
        if (o.failed(start + i * 1ms, "reason " + std::to_string(i))) ++told;
    CHECK(told == 8);
}

TEST_CASE("the end of a reported outage is reported, and the next outage starts over") {
    runtime::outage o;
    CHECK_FALSE(o.ended());
    CHECK(o.lasted(start) == 0ms);
    o.failed(start, "refused");
    CHECK(o.ended());
    CHECK_FALSE(o.ended());
    CHECK(o.failed(start + 1s, "refused"));
}
