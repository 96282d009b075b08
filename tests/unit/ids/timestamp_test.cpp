#include "ids/timestamp.hpp"

#include "support/catch.hpp"

using namespace tidings::ids;
using namespace std::chrono_literals;

TEST_CASE("RFC 3339 times are parsed") {
    struct row {
        std::string_view text, expected;
    };
    const row table[] = {
        {"2026-01-31T12:00:00Z", "2026-01-31T12:00:00.000000Z"},
        {"2026-01-31t12:00:00z", "2026-01-31T12:00:00.000000Z"},
        {"2026-01-31T12:00:00.1Z", "2026-01-31T12:00:00.100000Z"},
        {"2026-01-31T12:00:00.123456Z", "2026-01-31T12:00:00.123456Z"},
        {"2026-01-31T12:00:00.1234569999999999999999Z", "2026-01-31T12:00:00.123456Z"},
        {"2026-01-31T12:00:00+00:00", "2026-01-31T12:00:00.000000Z"},
        {"2026-01-31T12:00:00-00:00", "2026-01-31T12:00:00.000000Z"},
        {"2026-01-31T12:00:00+05:30", "2026-01-31T06:30:00.000000Z"},
        {"2026-01-31T23:30:00-01:00", "2026-02-01T00:30:00.000000Z"},
        {"2026-01-31T12:00:00+23:59", "2026-01-30T12:01:00.000000Z"},
        {"2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000000Z"},
        {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000000Z"},
        {"1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
        {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
        {"2016-12-31T23:59:60.5Z", "2017-01-01T00:00:00.500000Z"},
        {"2016-12-31T15:59:60-08:00", "2017-01-01T00:00:00.000000Z"},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        const auto parsed = parse_timestamp(text);
        REQUIRE(parsed);
        CHECK(format(*parsed) == expected);
    }
}

TEST_CASE("anything but an RFC 3339 date-time is rejected") {
    const auto text = GENERATE(
        "", "2026", "2026-01-31", "12:00:00Z", "2026-01-31T12:00:00", "2026-01-31 12:00:00Z", "2026-01-31T12:00Z",
        "2026-1-31T12:00:00Z", "26-01-31T12:00:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00,5Z",
        "2026-01-31T12:00:00+0530", "2026-01-31T12:00:00+05", "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+00:60",
        "2026-01-31T12:00:00Zx", " 2026-01-31T12:00:00Z", "2026-00-31T12:00:00Z", "2026-13-31T12:00:00Z",
        "2026-01-00T12:00:00Z", "2026-01-32T12:00:00Z", "2026-04-31T12:00:00Z", "2025-02-29T12:00:00Z",
        "1900-02-29T12:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:60:00Z", "2026-01-31T12:00:61Z",
        "2026-01-31T12:00:60Z", "2016-12-31T23:59:60+01:00", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01", "-001-01-01T00:00:00Z", "+026-01-31T12:00:00Z", "2026-01-31T1\xd9\xa1:00:00Z");
    INFO(text);
    CHECK_FALSE(parse_timestamp(text));
}

TEST_CASE("a very long fraction is read in one pass") {
    const auto parsed = parse_timestamp("2026-01-31T12:00:00." + std::string(1'000'000, '9') + "Z");
    REQUIRE(parsed);
    CHECK(format(*parsed) == "2026-01-31T12:00:00.999999Z");
}

TEST_CASE("a time outside four-digit years is clamped") {
    CHECK(format(timestamp::max()) == "9999-12-31T23:59:59.999999Z");
    CHECK(format(timestamp::min()) == "0001-01-01T00:00:00.000000Z");
}

TEST_CASE("nanoseconds since the epoch hold the years 1970 to 2262, and what lies outside is the nearest end") {
    CHECK(nanoseconds_of(*parse_timestamp("1970-01-01T00:00:01.000002Z")) == 1'000'002'000);
    CHECK(nanoseconds_of(*parse_timestamp("2262-04-11T23:47:16.854775Z")) == 9'223'372'036'854'775'000);
    CHECK(nanoseconds_of(*parse_timestamp("1969-12-31T23:59:59Z")) == 0);
    CHECK(nanoseconds_of(*parse_timestamp("0001-01-01T00:00:00Z")) == 0);
    CHECK(nanoseconds_of(timestamp::min()) == 0);
    CHECK(nanoseconds_of(*parse_timestamp("9999-12-31T23:59:59Z")) == 9'223'372'036'854'775'000);
    CHECK(nanoseconds_of(timestamp::max()) == 9'223'372'036'854'775'000);
}

TEST_CASE("every day of 400 years survives a round trip") {
    for (auto day = std::chrono::sys_days(1900y / 1 / 1); day < std::chrono::sys_days(2300y / 1 / 1);
         day += std::chrono::days(1)) {
        const timestamp t = timestamp(day) + 13h + 7s + 42us;
        if (parse_timestamp(format(t)) != t) FAIL(format(t));
    }
}

TEST_CASE("now is the system clock") {
    const auto before = std::chrono::system_clock::now();
    const timestamp t = now();
    CHECK(t > before - 1ms);
    CHECK(t <= std::chrono::system_clock::now());
}
