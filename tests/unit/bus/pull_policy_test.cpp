#include "bus/jetstream/pull_policy.hpp"

#include "support/catch.hpp"

namespace tidings::bus {

using namespace std::chrono_literals;
using outcome = pull_policy::outcome;

namespace {

constexpr double chance = 0.999999;

struct puller {
    pull_policy policy{16, 5s};
    runtime::time_point now{1h};

    // The batches that are requested now.
    std::vector<std::size_t> requests() {
        std::vector<std::size_t> batches;
        while (const auto r = policy.next_request(now)) {
            batches.push_back(r->batch);
            last = r->number;
        }
        return batches;
    }
    std::vector<std::size_t> requests(std::size_t capacity) {
        policy.set_capacity(capacity);
        return requests();
    }
    outcome ended(pull_policy::status s) { return policy.ended(last, s, now, chance); }

    std::uint64_t last = 0;
};

using batches = std::vector<std::size_t>;

}  // namespace

TEST_CASE("no more than the capacity is requested, in batches") {
    puller p;
    CHECK(p.requests(0) == batches{});
    CHECK(p.requests(40) == batches{16, 16, 8});
    CHECK(p.policy.outstanding() == 40);
    CHECK(p.requests(40) == batches{});
}

TEST_CASE("a small increase waits until half a batch can be requested") {
    puller p;
    CHECK(p.requests(4) == batches{4});
    CHECK(p.requests(11) == batches{});
    CHECK(p.requests(12) == batches{8});
    CHECK(p.requests(0) == batches{});
    CHECK(p.policy.outstanding() == 12);
}

TEST_CASE("a delivery reduces the capacity and what is outstanding") {
    puller p;
    p.requests(2);
    p.policy.delivered();
    CHECK(p.policy.outstanding() == 1);
    CHECK_FALSE(p.policy.wants_more());
    p.policy.delivered();
    CHECK_FALSE(p.policy.wants_more());
    p.policy.set_capacity(1);
    CHECK(p.policy.wants_more());
}

TEST_CASE("an expired request is repeated for the rest") {
    puller p;
    p.requests(10);
    for (int i = 0; i < 3; ++i)
        p.policy.delivered();
    CHECK(p.ended({408, 7, false}) == outcome::none);
    CHECK(p.requests() == batches{7});
}

TEST_CASE("a consumer is checked until something shows that it exists") {
    puller p;
    CHECK(p.policy.needs_check());
    p.requests(10);
    SECTION("a message") { p.policy.delivered(); }
    SECTION("an expired request") { p.ended({408, std::nullopt, false}); }
    SECTION("its info") { p.policy.consumer_checked(pull_policy::check::exists, p.now, chance); }
    CHECK_FALSE(p.policy.needs_check());
}

TEST_CASE("on a new link all capacity is requested again, after a check") {
    puller p;
    p.requests(10);
    p.policy.consumer_checked(pull_policy::check::exists, p.now, chance);
    p.policy.link_changed();
    CHECK(p.policy.outstanding() == 0);
    CHECK(p.policy.needs_check());
    CHECK(p.requests() == batches{10});
}

TEST_CASE("requests without a reply are repeated, after a check") {
    puller p;
    p.requests(10);
    p.policy.consumer_checked(pull_policy::check::exists, p.now, chance);
    CHECK(p.policy.next_tick() == p.now + 7s);
    p.now += 7s;
    CHECK(p.policy.tick(p.now) == pull_policy::outcome::consumer_silent);
    CHECK(p.policy.needs_check());
    CHECK(p.requests() == batches{10});
}

TEST_CASE("a missing consumer is reported and clears what was outstanding") {
    puller p;
    p.requests(10);
    SECTION("deleted") { CHECK(p.ended({409, std::nullopt, true}) == outcome::consumer_missing); }
    SECTION("no responders") { CHECK(p.ended({503, std::nullopt, false}) == outcome::consumer_missing); }
    SECTION("checked") {
        CHECK(p.policy.consumer_checked(pull_policy::check::missing, p.now, chance) == outcome::consumer_missing);
    }
    CHECK(p.policy.outstanding() == 0);
    CHECK(p.policy.needs_check());
    CHECK_FALSE(p.policy.wants_more());  // for a while
}

TEST_CASE("an inconclusive check is repeated, and nothing is reported") {
    puller p;
    p.requests(10);
    CHECK(p.policy.consumer_checked(pull_policy::check::unknown, p.now, chance) == outcome::none);
    CHECK(p.policy.needs_check());
    CHECK(p.policy.outstanding() == 10);
}

TEST_CASE("after a rejection requests are retried at growing intervals up to their expiry") {
    puller p;
    p.policy.set_capacity(10);
    std::vector<std::chrono::milliseconds> pauses;
    for (int i = 0; i < 7; ++i) {
        p.requests();
        CHECK(p.ended({409, std::nullopt, false}) == outcome::none);
        CHECK_FALSE(p.policy.wants_more());
        REQUIRE(p.policy.next_tick());
        pauses.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(*p.policy.next_tick() - p.now));
        p.now = *p.policy.next_tick();
        p.policy.tick(p.now);
        CHECK(p.policy.wants_more());
    }
    CHECK(pauses == std::vector{249ms, 499ms, 999ms, 1999ms, 3999ms, 4999ms, 4999ms});
    p.requests();
    p.policy.delivered();
    p.ended({409, std::nullopt, false});
    CHECK(p.policy.next_tick() <= p.now + 250ms);
}

TEST_CASE("heartbeats and statuses of unknown requests are ignored") {
    puller p;
    p.requests(10);
    CHECK(p.ended({100, std::nullopt, false}) == outcome::none);
    CHECK(p.policy.ended(p.last + 1, {503, std::nullopt, false}, p.now, chance) == outcome::none);
    CHECK(p.policy.outstanding() == 10);
    p.policy.link_changed();
    CHECK(p.policy.outstanding() == 0);
    CHECK(p.ended({409, std::nullopt, true}) == outcome::none);
    CHECK(p.policy.wants_more());
}

}  // namespace tidings::bus
