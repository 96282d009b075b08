#include "domain/retry_after.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_cron;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
const auto now = std::chrono::system_clock::from_time_t(784111777);

}  // namespace

TEST_CASE("Retry-After is seconds or a date") {
    const std::pair<std::string, std::chrono::seconds> table[] = {
        {"0", 0s},
        {"1", 1s},
        {"120", 120s},
        {"86400", 24h},
        {"86401", 24h},
        {"99999999999999999999999999", 24h},
        {"Sun, 06 Nov 1994 08:49:37 GMT", 0s},
        {"Sun, 06 Nov 1994 08:50:07 GMT", 30s},
        {"Sun, 06 Nov 1994 08:00:00 GMT", 0s},
        {"Fri, 31 Dec 2100 23:59:59 GMT", 24h},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 24h},
    };
    for (const auto& [text, expected] : table) {
        INFO(text);
        CHECK(parse_retry_after(text, now) == expected);
    }
}

TEST_CASE("a part of a second counts as a whole one") {
    CHECK(parse_retry_after("Sun, 06 Nov 1994 08:49:39 GMT", now + 500ms) == 2s);
}

TEST_CASE("any other Retry-After is no Retry-After") {
    const auto text =
        GENERATE("", " ", "-1", "1.5", "+1", "1s", "soon", "Sun, 06 Nov 1994", "06 Nov 1994 08:49:37 GMT",
                 "Sun, 06 Nov 1994 08:49:37 GMT+1", "Sun, 06 Nov 1994 08:49:37", "Sun, 40 Nov 1994 08:49:37 GMT");
    INFO(text);
    CHECK_FALSE(parse_retry_after(text, now));
    CHECK_FALSE(parse_retry_after(std::string(65, '1'), now));
}
