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

TEST_CASE("a message that fails while its endpoint is well is retried by its schedule, then given up") {
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
        // deliveries that a pause or a crash cut short count as attempts: the schedule's time must have passed as well
        {4, 110s, action::retry, 100s},
        {1, 1000h, action::retry, 1s},
    };
    for (const auto& r : rows) {
        INFO("attempt " << r.attempt << " age " << r.age.count());
        endpoint_health h(e);
        h.note(refused, true, t0, 0.0);
        const auto d = decide(refused, {r.attempt, r.age, true}, h, e, t0, 0.0);
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

TEST_CASE("what fails at a paused endpoint goes back at no cost, until the next probe") {
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

TEST_CASE("a delivery is done whatever the history") {
    const auto e = described();
    endpoint_health h(e);
    const outcome fine{outcome_kind::delivered, {}};
    CHECK(decide(fine, {100, 1000h}, h, e, t0, 0.0).action == action::ack);
}

TEST_CASE("without a schedule the first failure gives up") {
    auto e = described();
    e.retry_schedule.clear();
    const endpoint_health h(e);
    CHECK(decide(refused, {1, 0s}, h, e, t0, 0.0).action == action::dead_letter);
}

TEST_CASE("what a paused endpoint refuses waits for its own retry, so that another message is the next probe") {
    const auto e = described();
    endpoint_health h(e);
    for (int i = 0; i < 5; ++i)
        h.note(down, true, t0, 0.0);
    const auto d = decide(refused, {2, 1s}, h, e, t0, 0.0);
    CHECK(d.action == action::release);
    CHECK(d.delay == 10s);
}

TEST_CASE("a message that even a paused endpoint keeps refusing is given up in the end") {
    const auto e = described();
    endpoint_health h(e);
    for (int i = 0; i < 5; ++i)
        h.note(down, true, t0, 0.0);
    CHECK(decide(refused, {4, 1000s}, h, e, t0, 0.0).action == action::dead_letter);
}

TEST_CASE("without room to wait a failing message is given up before it blocks the healthy ones") {
    const auto e = described();
    const endpoint_health h(e);
    CHECK(decide(refused, {1, 0s, false}, h, e, t0, 0.0).action == action::dead_letter);
    CHECK(decide(refused, {1, 0s, true}, h, e, t0, 0.0).action == action::retry);
}

TEST_CASE("a message answered 503 with Retry-After waits as long itself, and no shorter than its schedule") {
    const auto e = described();
    endpoint_health h(e);
    CHECK(decide({outcome_kind::busy, 60s}, {1, 0s}, h, e, t0, 0.0).delay == 60s);
    CHECK(decide({outcome_kind::busy, 2s}, {2, 1s}, h, e, t0, 0.0).delay == 10s);
    CHECK(decide({outcome_kind::busy, 2s}, {4, 1000s}, h, e, t0, 0.0).action == action::dead_letter);
    for (int i = 0; i < 5; ++i)
        h.note(down, true, t0, 0.0);
    const auto d = decide({outcome_kind::busy, 600s}, {4, 1000s}, h, e, t0, 0.0);
    CHECK(d.action == action::release);
    CHECK(d.delay == 600s);
}
