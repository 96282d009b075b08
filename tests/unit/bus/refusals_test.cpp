#include "bus/connection/refusals.hpp"

#include "support/catch.hpp"

using tidings::bus::refusals;
using news = std::optional<std::string>;

TEST_CASE("what a user may not do is told once on each link") {
    const std::string a = R"(Permissions Violation for Publish to "a")",
                      b = R"(Permissions Violation for Publish to "b")";
    refusals r;
    CHECK(r.news("") == news());
    CHECK(r.news("Stale Connection") == news());
    CHECK(r.news(a) == news(a));
    CHECK(r.news(b) == news(b));
    CHECK(r.news(a) == news());
    r.reset();
    CHECK(r.news(a) == news(a));
}

TEST_CASE("of many subjects only the first are told") {
    refusals r;
    std::size_t told = 0;
    for (int n = 0; n < 1'000; ++n)
        told += r.news("Permissions Violation for Publish to \"x." + std::to_string(n) + '"') ? 1 : 0;
    CHECK(told == refusals::most);
}
