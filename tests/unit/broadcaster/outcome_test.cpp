#include "domain/outcome.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

// Sun, 06 Nov 1994 08:49:37 GMT
const auto now = std::chrono::system_clock::from_time_t(784111777);

}  // namespace

TEST_CASE("what an answer means for the endpoint") {
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
        {502, "", outcome_kind::unreachable}, {503, "", outcome_kind::unreachable}, {503, "3", outcome_kind::throttled},
        {504, "", outcome_kind::unreachable}, {0, "", outcome_kind::unreachable},   {100, "", outcome_kind::rejected},
    };
    for (const auto& r : rows) {
        INFO("status " << r.status << " Retry-After '" << r.retry_after << "'");
        CHECK(outcome_of(r.status, r.retry_after, now).kind == r.kind);
    }
}

TEST_CASE("Retry-After is read as seconds or as a date, within bounds") {
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
        {"Sun, 06 Nov 2362 08:00:00 GMT", 24h},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 24h},
        {"Sat, 01 Jan 0000 00:00:00 GMT", 1s},
        {"Sun, 06 Nov 1994 08:50:37 GMT and more", std::nullopt},
    };
    for (const auto& r : rows) {
        INFO(r.text);
        CHECK(parse_retry_after(r.text, now) == r.pause);
    }
}

TEST_CASE("the pause that a throttling endpoint asks for is carried along") {
    CHECK(outcome_of(429, "7", now).retry_after == std::optional<std::chrono::milliseconds>(7s));
    CHECK(outcome_of(429, "", now).retry_after == std::nullopt);
    CHECK(outcome_of(200, "7", now).retry_after == std::nullopt);
}
