#include "domain/outcome.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
const auto now = std::chrono::system_clock::from_time_t(784111777);

}  // namespace

TEST_CASE("a response decides about the endpoint") {
    struct row {
        unsigned status;
        const char* retry_after;
        outcome_kind kind;
    };
    const row rows[] = {
        {200, "", outcome_kind::delivered},   {204, "", outcome_kind::delivered},   {299, "", outcome_kind::delivered},
        {301, "", outcome_kind::rejected},    {308, "", outcome_kind::rejected},    {400, "", outcome_kind::rejected},
        {401, "", outcome_kind::rejected},    {404, "", outcome_kind::rejected},    {410, "", outcome_kind::gone},
        {429, "", outcome_kind::throttled},   {429, "7", outcome_kind::throttled},  {500, "", outcome_kind::rejected},
        {502, "", outcome_kind::unreachable}, {503, "", outcome_kind::unreachable}, {503, "3", outcome_kind::busy},
        {504, "", outcome_kind::unreachable}, {0, "", outcome_kind::unreachable},   {100, "", outcome_kind::rejected},
    };
    for (const auto& r : rows) {
        INFO("status " << r.status << " Retry-After '" << r.retry_after << "'");
        CHECK(outcome_of(r.status, r.retry_after, now, 24h).kind == r.kind);
    }
}

TEST_CASE("Retry-After is read as seconds or a date, within bounds") {
    struct row {
        const char* text;
        std::optional<std::chrono::milliseconds> pause;
    };
    const row rows[] = {
        {"", std::nullopt},
        {"0", 1s},
        {"1", 1s},
        {"120", 120s},
        {"86400", 24h},
        {"99999999", 24h},
        {"99999999999999999999999", 24h},
        {"-5", std::nullopt},
        {"1.5", std::nullopt},
        {"soon", std::nullopt},
        {"Sun, 06 Nov 1994 08:50:37 GMT", 60s},
        {"Sun, 06 Nov 1994 08:00:00 GMT", 1s},
        {"Sun, 06 Nov 2094 08:00:00 GMT", 24h},
        {"Fri, 11 Apr 2262 23:47:16 GMT", 24h},  // the last second that fits the clock's nanoseconds
        {"Fri, 11 Apr 2262 23:47:17 GMT", 24h},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 24h},
        {"Tue, 21 Sep 1677 00:12:43 GMT", 1s},  // the first second, and the one before
        {"Tue, 21 Sep 1677 00:12:42 GMT", 1s},
        {"Sat, 01 Jan 0000 00:00:00 GMT", 1s},
        {"Fri, 31 Dec 99999 23:59:59 GMT", std::nullopt},
        {"Sun, 06 Nov -994 08:49:37 GMT", std::nullopt},
        {"Sun, 40 Nov 1994 08:49:37 GMT", std::nullopt},
        {"9223372036854775807", 24h},
        {"9223372036854775808", 24h},
        {"-9223372036854775808", std::nullopt},
        {"Sun, 06 Nov 1994 08:50:37 GMT and more", std::nullopt},
    };
    for (const auto& r : rows) {
        INFO(r.text);
        CHECK(parse_retry_after(r.text, now, 24h) == r.pause);
    }
}

TEST_CASE("the endpoint's longest Retry-After limits every form of Retry-After") {
    for (const auto* text :
         {"120", "Sun, 06 Nov 1994 08:51:37 GMT", "Sunday, 06-Nov-94 08:51:37 GMT", "Sun Nov  6 08:51:37 1994"}) {
        INFO(text);
        CHECK(parse_retry_after(text, now, 24h) == 120s);
        CHECK(parse_retry_after(text, now, 30s) == 30s);
        CHECK(outcome_of(503, text, now, 30s).retry_after == 30s);
        CHECK(outcome_of(429, text, now, 30s).retry_after == 30s);
    }
}

TEST_CASE("the Retry-After of a throttling endpoint is passed on") {
    CHECK(outcome_of(429, "7", now, 24h).retry_after == std::optional<std::chrono::milliseconds>(7s));
    CHECK(outcome_of(429, "", now, 24h).retry_after == std::nullopt);
    CHECK(outcome_of(200, "7", now, 24h).retry_after == std::nullopt);
}
