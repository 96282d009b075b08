#include "text/http_date.hpp"

#include "support/catch.hpp"

using namespace tidings::text;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
constexpr std::chrono::sys_seconds then(784111777s);
constexpr std::chrono::system_clock::time_point now = then;

std::string date_of(std::chrono::sys_seconds t) {
    std::string out;
    append_http_date(out, t);
    return out;
}

}  // namespace

TEST_CASE("a date is formatted and parsed as in RFC 9110") {
    CHECK(date_of(then) == "Sun, 06 Nov 1994 08:49:37 GMT");
    CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT", now) == then);
    for (const auto t : {std::chrono::sys_seconds(0s), then, std::chrono::sys_seconds(253402300799s)})
        CHECK(parse_http_date(date_of(t), now) == t);
}

TEST_CASE("both obsolete date formats are parsed") {
    for (const auto* text :
         {"Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun Nov 06 08:49:37 1994"}) {
        INFO(text);
        CHECK(parse_http_date(text, now) == then);
        CHECK(parse_retry_after(text, now - 90s, 0s, 24h) == 90s);
    }
    for (const auto* text : {"Sunday, 06-Nov-1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37",
                             "Sun Nov  6 08:49:37 1994 GMT", "Sun, Nov  6 08:49:37 1994"})
        CHECK_FALSE(parse_http_date(text, now));
}

TEST_CASE("a year of two digits is never more than 50 years ahead") {
    using namespace std::chrono;
    const sys_days today{2026y / 6 / 15};
    const std::pair<std::string, year> table[] = {{"26", 2026y}, {"00", 2000y}, {"76", 2076y},
                                                  {"77", 1977y}, {"99", 1999y}, {"75", 2075y}};
    for (const auto& [digits, expected] : table) {
        INFO(digits);
        const auto date = parse_http_date("Monday, 15-Jun-" + digits + " 00:00:00 GMT", today);
        REQUIRE(date);
        CHECK(year_month_day(floor<days>(*date)).year() == expected);
    }
    CHECK(parse_http_date("Friday, 15-Jun-01 00:00:00 GMT", sys_days{2090y / 1 / 1}) ==
          sys_seconds(sys_days{2101y / 6 / 15}));
}

TEST_CASE("a Unix time used by mistake is read as that time") {
    const auto t = std::chrono::system_clock::time_point(1'800'000'000s);
    CHECK(parse_retry_after("1800000020", t, 1s, 24h) == 20s);
    CHECK(parse_retry_after("1800000020999", t, 1s, 24h) == 20s);
    CHECK(parse_retry_after("1799999000", t, 1s, 24h) == 1s);
    CHECK(parse_retry_after("999999999", t, 1s, 24h) == 24h);
}

TEST_CASE("another text is not a date") {
    const auto text = GENERATE("", "Sun", "Sun, 06 Nov 1994", "06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37",
                               "Sun, 06 Nov 1994 08:49:37 GMT+1", "Sun, 40 Nov 1994 08:49:37 GMT",
                               "Sun, 06 Nov 1994 24:00:00 GMT", "Fri, 31 Dec 99999 23:59:59 GMT",
                               "Sun, 06 Nov -994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT and more");
    INFO(text);
    CHECK_FALSE(parse_http_date(text, now));
    CHECK_FALSE(parse_retry_after(text, now, 0s, 24h));
    CHECK_FALSE(parse_http_date(std::string_view("Sun, 06 Nov 1994 08:49:37 GMT\0", 30), now));
}

TEST_CASE("Retry-After is seconds or a date, within the caller's limits") {
    const std::pair<std::string, std::chrono::seconds> table[] = {
        {"0", 2s},
        {"2", 2s},
        {"120", 120s},
        {"86400", 24h},
        {"86401", 24h},
        {"9223372036854775807", 24h},
        {"9223372036854775808", 24h},
        {"99999999999999999999999999", 24h},
        {"Sun, 06 Nov 1994 08:00:00 GMT", 2s},
        {"Sun, 06 Nov 1994 08:50:07 GMT", 30s},
        {"Fri, 11 Apr 2262 23:47:17 GMT", 24h},  // out of range for the clock's nanoseconds
        {"Fri, 31 Dec 9999 23:59:59 GMT", 24h},
        {"Tue, 21 Sep 1677 00:12:42 GMT", 2s},
        {"Sat, 01 Jan 0000 00:00:00 GMT", 2s},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        CHECK(parse_retry_after(text, now, 2s, 24h) == expected);
    }
}

TEST_CASE("a fraction of a second is rounded up") {
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:39 GMT", now + 500ms, 0s, 24h) == 2s);
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now, 0s, 24h) == 0s);
}

TEST_CASE("anything but seconds or a date is not a Retry-After") {
    for (const auto* text : {"", " ", "-1", "-9223372036854775808", "1.5", "+1", "1s", "1 ", "soon"})
        CHECK_FALSE(parse_retry_after(text, now, 0s, 24h));
    CHECK_FALSE(parse_retry_after(std::string(65, '1'), now, 0s, 24h));
}
