#include "identity/key_schedule.hpp"

#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using identity::key_schedule;

namespace {

const runtime::time_point start{1'000h};

key_schedule fetched(std::optional<std::chrono::seconds> fresh = std::nullopt) {
    key_schedule s({}, start);
    s.began();
    s.succeeded(fresh, start);
    return s;
}

}  // namespace

TEST_CASE("the first fetch is due at once, and there are no keys before it") {
    const key_schedule s({}, start);
    CHECK(s.due() == start);
    CHECK_FALSE(s.usable(start));
    CHECK_FALSE(s.under_way());
}

TEST_CASE("keys are fetched again when they say so, between a minute and an hour later") {
    CHECK(fetched().due() == start + 1h);
    CHECK(fetched(600s).due() == start + 10min);
    CHECK(fetched(86'400s).due() == start + 1h);
    CHECK(fetched(0s).due() == start + 1min);
    CHECK(fetched(std::chrono::seconds(4'294'967'295)).due() == start + 1h);
}

TEST_CASE("after a failure the pauses grow to half a minute, and keys count for a day") {
    auto s = fetched();
    auto now = start + 1h;
    for (int i = 0; i < 20; ++i) {
        s.began();
        s.failed(now);
        CHECK(s.out_of_touch());
        CHECK(s.due() > now);
        CHECK(s.due() <= now + 30s);
        now = s.due();
    }
    s.failed(now);
    CHECK(s.due() >= now + 15s);
    CHECK(s.usable(start + 24h - 1ns));
    CHECK_FALSE(s.usable(start + 24h));
    s.began();
    s.succeeded(std::nullopt, start + 25h);
    CHECK(s.usable(start + 25h));
    CHECK_FALSE(s.out_of_touch());
}

TEST_CASE("a key that is not there is asked for once a minute") {
    auto s = fetched();
    CHECK(s.ask(start + 10s));
    CHECK(s.due() == start + 10s);
    s.began();
    CHECK(s.ask(start + 11s));  // waits for the same fetch
    s.succeeded(std::nullopt, start + 12s);
    CHECK_FALSE(s.ask(start + 12s));
    CHECK_FALSE(s.ask(start + 69s));
    CHECK(s.due() == start + 12s + 1h);
    CHECK(s.ask(start + 70s));
    s.began();
    s.failed(start + 71s);
    CHECK_FALSE(s.ask(start + 72s));
}

TEST_CASE("who needs a key waits for a fetch that is under way anyway") {
    auto s = fetched();
    s.began();
    CHECK(s.ask(start + 1h));
    s.succeeded(std::nullopt, start + 1h);
    CHECK(s.ask(start + 1h));  // that one was not for a key
}
