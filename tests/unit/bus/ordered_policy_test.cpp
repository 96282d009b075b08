#include "bus/jetstream/ordered_policy.hpp"

#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;
using verdict = ordered_policy::verdict;

namespace {

struct consumer {
    ordered_policy policy;
    runtime::time_point now{1h};

    consumer() { policy.start(now); }
    verdict created(std::uint64_t pending, std::uint64_t delivered) { return policy.created(pending, delivered, now); }
    verdict arrived(std::uint64_t sequence, std::uint64_t pending) { return policy.arrived(sequence, pending, now); }
};

}  // namespace

TEST_CASE("with an empty stream the consumer is current once created") {
    consumer c;
    CHECK(c.created(0, 0) == verdict::current);
    CHECK(c.arrived(1, 0) == verdict::in_order);
}

TEST_CASE("it is current with the message that has no pending ones after it") {
    consumer c;
    CHECK(c.created(2, 0) == verdict::wait);
    CHECK(c.arrived(1, 1) == verdict::in_order);
    CHECK(c.arrived(2, 0) == verdict::current);
    CHECK(c.arrived(3, 0) == verdict::in_order);
}

TEST_CASE("it becomes current once, whichever of messages and the create reply comes first") {
    consumer c;
    SECTION("messages first") {
        CHECK(c.arrived(1, 0) == verdict::current);
        CHECK(c.created(0, 1) == verdict::wait);
    }
    SECTION("the reply first, after all messages") {
        CHECK(c.created(0, 1) == verdict::wait);
        CHECK(c.arrived(1, 0) == verdict::current);
    }
    CHECK(c.arrived(2, 0) == verdict::in_order);
}

TEST_CASE("what is missing again at the same place is passed over") {
    consumer c;
    const auto again = [&] {
        c.policy.start(c.now);
        c.created(3, 0);
        CHECK(c.arrived(1, 2) == verdict::in_order);
    };
    again();
    SECTION("before another message") {
        CHECK(c.arrived(3, 0) == verdict::restart);
        again();
        SECTION("the same") { CHECK(c.arrived(3, 0) == verdict::current); }
        SECTION("more") { CHECK(c.arrived(4, 0) == verdict::restart); }
    }
    SECTION("at the end") {
        CHECK(c.policy.heartbeat_arrived(2, c.now) == verdict::restart);
        again();
        CHECK(c.policy.heartbeat_arrived(2, c.now) == verdict::current);
        CHECK(c.policy.heartbeat_arrived(2, c.now) == verdict::wait);
    }
    SECTION("a repetition never is") {
        CHECK(c.arrived(1, 2) == verdict::restart);
        again();
        CHECK(c.arrived(1, 2) == verdict::restart);
    }
}

TEST_CASE("a gap, a repetition or a heartbeat ahead of it restarts the consumer") {
    consumer c;
    c.created(5, 0);
    c.arrived(1, 4);
    CHECK(c.policy.heartbeat_arrived(1, c.now) == verdict::wait);
    SECTION("gap") { CHECK(c.arrived(3, 2) == verdict::restart); }
    SECTION("repetition") { CHECK(c.arrived(1, 4) == verdict::restart); }
    SECTION("heartbeat") { CHECK(c.policy.heartbeat_arrived(2, c.now) == verdict::restart); }
    c.policy.start(c.now);
    CHECK(c.arrived(1, 0) == verdict::current);
}

TEST_CASE("any message from the consumer postpones its idle timeout") {
    consumer c;
    CHECK(c.policy.silent_at() == c.now + 6s);
    c.now += 5s;
    SECTION("message") { c.arrived(1, 0); }
    SECTION("heartbeat") { c.policy.heartbeat_arrived(0, c.now); }
    SECTION("creation") { c.created(0, 0); }
    CHECK(c.policy.silent_at() == c.now + 6s);
}

TEST_CASE("creating the consumer is retried at growing intervals") {
    consumer c;
    std::vector<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 7; ++i)
        pauses.push_back(c.policy.failed(false, 0));
    CHECK(pauses == std::vector{125ms, 250ms, 500ms, 1000ms, 2000ms, 2500ms, 2500ms});
    c.created(0, 0);
    CHECK(c.policy.failed(false, 0) == 125ms);
    CHECK(c.policy.failed(false, 0) == 250ms);
    CHECK(c.policy.failed(true, 0) == 125ms);
}

}  // namespace tidings::bus
