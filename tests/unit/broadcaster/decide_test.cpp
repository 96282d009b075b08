#include "domain/decide.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const endpoint_health::time_point t0{1000s};
const outcome down{outcome_kind::unreachable, {}};
const outcome refused{outcome_kind::rejected, {}};

endpoint described() {
    endpoint e;
    e.failure_threshold = 5;
    e.retry_schedule = {1s, 10s, 100s};
    return e;
}

}  // namespace

TEST_CASE("a message failing at a healthy endpoint is retried by schedule, then dead-lettered") {
    const auto e = described();
    struct row {
        std::uint64_t attempt;
        std::chrono::milliseconds age;
        action next;
        std::chrono::milliseconds delay;
    };
    const row rows[] = {
        {1, 0s, action::retry, 1s},
        {2, 1s, action::retry, 10s},
        {3, 11s, action::retry, 100s},
        {4, 111s, action::dead_letter, 0s},
        {9, 1000s, action::dead_letter, 0s},
        // deliveries interrupted by a pause or a crash count as attempts: the schedule's time must have passed as well
        {4, 110s, action::retry, 100s},
        {1, 1000h, action::retry, 1s},
    };
    for (const auto& r : rows) {
        INFO("attempt " << r.attempt << " age " << r.age.count());
        endpoint_health h(e);
        h.note(refused, true, t0, 0.0);
        const auto d = decide(refused, {r.attempt, r.age}, h, e, t0, 0.0);
        CHECK(d.action == r.next);
        CHECK(d.delay == r.delay);
    }
}

TEST_CASE("retries are spread by at most a fifth") {
    const auto e = described();
    const endpoint_health h(e);
    CHECK(decide(refused, {2, 0s}, h, e, t0, 0.5).delay == 11s);
    CHECK(decide(refused, {2, 0s}, h, e, t0, 0.999).delay < 12s);
}

TEST_CASE("a failure at a paused endpoint uses up no attempt and waits for the next probe") {
    const auto e = described();
    endpoint_health h(e);
    for (int i = 0; i < 5; ++i)
        h.note(down, true, t0, 0.0);
    const auto d = decide(down, {100, 1000h}, h, e, t0, 0.0);
    CHECK(d.action == action::release);
    CHECK(d.delay == 500ms);
}

TEST_CASE("a disabled endpoint keeps its messages in the queue") {
    const auto e = described();
    endpoint_health h(e);
    const outcome gone{outcome_kind::gone, {}};
    h.note(gone, true, t0, 0.0);
    CHECK(decide(gone, {100, 1000h}, h, e, t0, 0.0).action == action::release);
}

TEST_CASE("a delivered message is done whatever its history") {
    const auto e = described();
    endpoint_health h(e);
    const outcome fine{outcome_kind::delivered, {}};
    CHECK(decide(fine, {100, 1000h}, h, e, t0, 0.0).action == action::done);
}

TEST_CASE("without a schedule the first failure is final") {
    auto e = described();
    e.retry_schedule.clear();
    const endpoint_health h(e);
    CHECK(decide(refused, {1, 0s}, h, e, t0, 0.0).action == action::dead_letter);
}

TEST_CASE("a message refused by a paused endpoint waits, so that another is the next probe") {
    const auto e = described();
    endpoint_health h(e);
    for (int i = 0; i < 5; ++i)
        h.note(down, true, t0, 0.0);
    const auto d = decide(refused, {2, 1s}, h, e, t0, 0.0);
    CHECK(d.action == action::retry);
    CHECK(d.delay == 10s);
}

TEST_CASE("a message that a paused endpoint keeps refusing is finally dead-lettered") {
    const auto e = described();
    endpoint_health h(e);
    for (int i = 0; i < 5; ++i)
        h.note(down, true, t0, 0.0);
    CHECK(decide(refused, {4, 1000s}, h, e, t0, 0.0).action == action::dead_letter);
}

TEST_CASE("a message answered 503 with Retry-After waits that long, at least its schedule") {
    const auto e = described();
    endpoint_health h(e);
    CHECK(decide({outcome_kind::busy, 60s}, {1, 0s}, h, e, t0, 0.0).delay == 60s);
    CHECK(decide({outcome_kind::busy, 2s}, {2, 1s}, h, e, t0, 0.0).delay == 10s);
    CHECK(decide({outcome_kind::busy, 2s}, {4, 1000s}, h, e, t0, 0.0).action == action::dead_letter);
    for (int i = 0; i < 5; ++i)
        h.note(down, true, t0, 0.0);
    const auto d = decide({outcome_kind::busy, 600s}, {4, 1000s}, h, e, t0, 0.0);
    CHECK(d.action == action::retry);
    CHECK(d.delay == 600s);
}

TEST_CASE("what could not be sent for want of something here stays where it is, and no try of it counts as its last") {
    const auto e = described();
    const endpoint_health h(e);
    CHECK(decide({outcome_kind::not_sent, {}}, {9, 1000h}, h, e, t0, 0.0).action == action::release);
}
