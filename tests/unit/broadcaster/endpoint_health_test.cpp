#include "domain/endpoint_health.hpp"

#include "support/catch.hpp"

using namespace tidings::broadcaster;
using namespace std::chrono_literals;

namespace {

const endpoint_health::time_point t0{1000s};
const outcome fine{outcome_kind::delivered, {}};
const outcome down{outcome_kind::unreachable, {}};
const outcome refused{outcome_kind::rejected, {}};

endpoint described() {
    endpoint e;
    e.failure_threshold = 3;
    e.first_probe = 1s;
    e.longest_probe = 8s;
    return e;
}

}  // namespace

TEST_CASE("an endpoint is paused after its threshold of failures in a row") {
    endpoint_health h(described());
    h.note(down, true, t0, 0.0);
    h.note(refused, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::healthy);
    h.note(down, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::paused);
    CHECK(h.probe_at() == t0 + 500ms);
    CHECK_FALSE(h.probe_due(t0 + 499ms));
    CHECK(h.probe_due(t0 + 500ms));
}

TEST_CASE("a success resets the count") {
    endpoint_health h(described());
    for (int i = 0; i < 10; ++i) {
        h.note(down, true, t0, 0.0);
        h.note(down, true, t0, 0.0);
        h.note(fine, true, t0, 0.0);
    }
    CHECK(h.state() == endpoint_state::healthy);
    CHECK(h.consecutive_failures() == 0);
}

TEST_CASE("probes are sent at growing intervals up to a maximum, and one success ends the pause") {
    endpoint_health h(described());
    for (int i = 0; i < 3; ++i)
        h.note(down, true, t0, 0.999999);
    auto now = t0;
    for (const auto expected : {1s, 2s, 4s, 8s, 8s}) {
        CHECK(h.probe_at() - now <= expected);
        CHECK(h.probe_at() - now >= expected * 99 / 100);
        now = h.probe_at();
        h.note(down, true, now, 0.999999);
    }
    h.note(fine, true, now, 0.5);
    CHECK(h.state() == endpoint_state::healthy);
    for (int i = 0; i < 3; ++i)
        h.note(down, true, now, 0.0);
    CHECK(h.probe_at() == now + 500ms);
}

TEST_CASE("attempts in flight when the pause began do not lengthen it") {
    endpoint_health h(described());
    for (int i = 0; i < 3; ++i)
        h.note(down, true, t0, 0.0);
    const auto due = h.probe_at();
    for (int i = 0; i < 30; ++i)
        h.note(down, true, t0 + 1ms, 0.0);
    CHECK(h.probe_at() == due);
}

TEST_CASE("429 pauses immediately, for its Retry-After") {
    endpoint_health h(described());
    h.note({outcome_kind::throttled, 30s}, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::paused);
    CHECK(h.probe_at() == t0 + 30s);
    h.note({outcome_kind::throttled, 5s}, true, t0, 0.0);
    CHECK(h.probe_at() == t0 + 30s);
}

TEST_CASE("429 without Retry-After pauses by the probe schedule") {
    endpoint_health h(described());
    h.note({outcome_kind::throttled, {}}, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::paused);
    CHECK(h.probe_at() == t0 + 500ms);
}

TEST_CASE("a 410 disables the endpoint for good") {
    endpoint_health h(described());
    h.note({outcome_kind::gone, {}}, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::disabled);
    h.note(fine, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::disabled);
    CHECK_FALSE(h.probe_due(t0 + 24h));
}

TEST_CASE("a message that is rejected repeatedly counts once") {
    endpoint_health h(described());
    h.note(refused, true, t0, 0.0);
    for (int i = 0; i < 100; ++i)
        h.note(refused, false, t0, 0.0);
    CHECK(h.state() == endpoint_state::healthy);
    CHECK(h.consecutive_failures() == 1);
}

TEST_CASE("an earlier attempt's success does not end a requested pause") {
    endpoint_health h(described());
    h.note({outcome_kind::throttled, 30s}, true, t0, 0.0);
    h.note(fine, true, t0 + 1s, 0.0);
    CHECK(h.state() == endpoint_state::paused);
    h.note(fine, true, t0 + 30s, 0.0);
    CHECK(h.state() == endpoint_state::healthy);
}

TEST_CASE("one message answered 503 with Retry-After never stops the endpoint") {
    endpoint_health h(described());
    const outcome busy{outcome_kind::busy, 3600s};
    for (int i = 0; i < 100; ++i)
        h.note(busy, i == 0, t0 + i * 1h, 0.0);
    CHECK(h.state() == endpoint_state::healthy);
    for (int i = 0; i < 100; ++i) {
        h.note(busy, true, t0, 0.0);
        h.note(fine, true, t0, 0.0);
    }
    CHECK(h.state() == endpoint_state::healthy);
}

TEST_CASE("an endpoint that answers 503 to every message pauses for its Retry-After") {
    endpoint_health h(described());
    const outcome busy{outcome_kind::busy, 30s};
    for (int i = 0; i < 3; ++i)
        h.note(busy, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::paused);
    CHECK(h.probe_at() == t0 + 30s);
    // So do its probes, which are repeated attempts; but one message alone is not believed for a day.
    h.note({outcome_kind::busy, 24h}, false, t0 + 30s, 0.0);
    CHECK(h.probe_at() == t0 + 60s);
    h.note({outcome_kind::busy, 20s}, false, t0 + 60s, 0.0);
    CHECK(h.probe_at() == t0 + 80s);
    h.note(fine, false, t0 + 80s, 0.0);
    h.note({outcome_kind::busy, 24h}, true, t0 + 90s, 0.0);
    for (int i = 0; i < 3; ++i)
        h.note({outcome_kind::rejected, {}}, true, t0 + 90s, 0.0);
    const auto scheduled = h.probe_at();
    h.note({outcome_kind::busy, 24h}, false, scheduled, 0.0);  // nobody else was told so
    CHECK(h.probe_at() < scheduled + 30s);
}

TEST_CASE("what could not be sent for want of something here says nothing of the endpoint") {
    endpoint_health h(described());
    for (int i = 0; i < 10; ++i)
        h.note({outcome_kind::not_sent, {}}, true, t0, 0.0);
    CHECK(h.state() == endpoint_state::healthy);
    CHECK(h.consecutive_failures() == 0);
}
