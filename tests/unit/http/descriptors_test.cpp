#include "http/server/descriptors.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;

TEST_CASE("some descriptors are reserved for other uses") {
    struct row {
        std::size_t descriptors, connections;
    };
    const auto [descriptors, connections] = GENERATE(values<row>({
        {1'048'576, 1'047'552},
        {20'000, 18'976},
        {1'024, 768},
        {256, 192},
        {128, 64},
        {64, 32},
        {3, 2},
        {1, 1},
        {0, 1},
    }));
    CAPTURE(descriptors);
    CHECK(http::connections_within(descriptors) == connections);
}

TEST_CASE("repeated events are reported at growing intervals, and immediately after a quiet time") {
    http::growing_pause pause;
    const runtime::time_point start{1h};
    std::vector<int> passed;
    for (int second = 0; second < 2'000; ++second) {
        if (pause.is_over(start + std::chrono::seconds(second))) passed.push_back(second);
    }
    CHECK(passed == std::vector{0, 10, 30, 70, 150, 310, 630, 1'230, 1'830});
    CHECK(pause.is_over(start + 1h));
    CHECK_FALSE(pause.is_over(start + 1h + 9s));
    CHECK(pause.is_over(start + 1h + 10s));
}
