#include "stream_room.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;

TEST_CASE("a stream gets its configured size or half of it until the server has room") {
    constexpr std::int64_t mib = 1024 * 1024;
    struct row {
        std::int64_t present, wanted;
        std::vector<std::int64_t> rooms;
    };
    const row rows[] = {
        {-1, 16 * mib, {16 * mib, 8 * mib, 4 * mib, 2 * mib}},  // created by an earlier version: no limit
        {-1, 5 * mib, {5 * mib, 5 * mib / 2, 2 * mib}},
        {-1, 1 * mib, {1 * mib}},
        {2 * mib, 16 * mib, {16 * mib, 8 * mib, 4 * mib}},  // just created, or reduced
        {5 * mib, 16 * mib, {16 * mib, 8 * mib}},
        {16 * mib, 16 * mib, {}},
        {32 * mib, 16 * mib, {16 * mib}},
    };
    for (const auto& r : rows) {
        CAPTURE(r.present, r.wanted);
        CHECK(rooms_to_try(r.present, r.wanted) == r.rooms);
    }
}
