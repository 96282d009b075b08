// What replicas that share buckets give, in examples.
#include <random>

#include "replicas.hpp"
#include "support/catch.hpp"

using namespace tidings::limits;
using namespace tidings::limits_test;

namespace {

// Tells and hears at once.
void exchange(token_buckets& b, counter& c, time_point now) {
    for (const auto& s : b.hand_out(100, now))
        c.correct(b.learn(s, c.add(s, now), now), now);
}

}  // namespace

TEST_CASE("what one replica gives away the others do not have any more") {
    counter c{1};
    auto all = replicas(3, {.quota = 6, .window = 60s});
    for (const std::uint64_t left : {5, 4, 3, 2, 1, 0}) {
        auto& b = all.at(left % 3);
        b.take("a", start);
        exchange(b, c, start);
        CHECK(b.look("a", start).left == left);
    }
    for (auto& b : all) {
        b.take("a", start);
        exchange(b, c, start);
        CHECK_FALSE(b.take("a", start).allowed);
    }
}

TEST_CASE("who comes to another replica finds there what is left") {
    counter c{1};
    auto all = replicas(2, {.quota = 4, .window = 40s});
    for (int i = 0; i < 3; ++i)
        all[0].take("a", start);
    exchange(all[0], c, start);
    CHECK(all[1].take("a", start + 5s).allowed);
    exchange(all[1], c, start + 5s);
    CHECK(all[1].look("a", start + 5s).left == 0);
    CHECK(all[1].look("a", start + 5s).full_in == 35s);
    CHECK(all[1].look("a", start + 5s).retry_in == 5s);
    // Much later nothing of that counts.
    CHECK(all[1].take("a", start + 50s).left == 3);
    exchange(all[1], c, start + 50s);
    CHECK(all[1].look("a", start + 50s).left == 3);
}

TEST_CASE("what was taken beyond the quota is missing afterwards, for a window at most") {
    counter c{1};
    const rate r{.quota = 4, .window = 40s};
    auto all = replicas(2, r);
    for (int i = 0; i < 4; ++i)
        for (auto& b : all)
            CHECK(b.take("a", start).allowed);
    for (auto& b : all)
        exchange(b, c, start);
    exchange(all[0], c, start);
    CHECK(all[1].look("a", start).retry_in == 50s);
    CHECK(all[1].look("a", start).full_in == 80s);
    CHECK(all[1].take("a", start + 50s).allowed);
}

TEST_CASE("only what is new is handed out, and once") {
    token_buckets b({.quota = 5, .window = 5s}, 2);
    b.take("unshared", start);
    CHECK(b.untold() == 0);
    b.share();
    b.take("a", start);
    b.take("a", start);
    b.take("b", start);
    REQUIRE(b.untold() == 2);
    const auto first = b.hand_out(1, start);
    REQUIRE(first.size() == 1);
    CHECK(first[0].key == "a");
    CHECK(first[0].tokens == 2);
    CHECK(first[0].full_in == 2s);
    CHECK(first[0].until == start + 2s);
    CHECK(b.untold() == 1);
    // A key that is forgotten meanwhile is nobody's any more.
    b.take("c", start);
    b.take("d", start);
    CHECK(b.hand_out(10, start).at(0).key == "c");
    CHECK(b.learn(first[0], {.tokens = 9, .full_in = 0s}, start) == std::nullopt);
    CHECK(b.untold() == 0);
}

TEST_CASE("keys to tell are bounded when nobody asks for them") {
    token_buckets b({.quota = 5, .window = 5s}, 100);
    b.share();
    for (int i = 0; i < 1'000; ++i)
        b.take(std::to_string(i), start);
    CHECK(b.untold() == 100);
    CHECK(b.size() == 100);
    b.hand_out(1'000, start);
    b.take("999", start);
    CHECK(b.hand_out(1'000, start).size() == 1);
}

TEST_CASE("a counter that says anything refuses nobody for longer than a window and a token's time") {
    std::mt19937_64 random(11);
    const rate r{.quota = 10, .window = 10s};
    token_buckets b(r);
    b.share();
    auto now = start;
    for (int i = 0; i < 2'000; ++i) {
        now += std::chrono::milliseconds(random() % 3'000);
        b.take("a", now);
        for (const auto& s : b.hand_out(10, now)) {
            const std::uint64_t counts[] = {0, 1, random(), ~std::uint64_t{0}, s.tokens};
            const duration times[] = {0s, 20s, duration::max() / 4, std::chrono::milliseconds(random() % 30'000)};
            const auto said = b.learn(s, {counts[random() % 5], times[random() % 4]}, now);
            REQUIRE((said && *said >= 0s && *said <= 2 * r.window));
        }
        REQUIRE(b.look("a", now).retry_in <= r.window + 1s);
        REQUIRE(b.look("a", now).full_in <= 2 * r.window);
    }
}
