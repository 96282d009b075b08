#include "leaving.hpp"

using namespace tidings::broadcaster;
using mode = endpoint_progress::mode;
using position = std::optional<done_set>;

TEST_CASE("shard: its position is the lowest event in hand of any endpoint that rides") {
    shard_progress s(5);
    s.add(1, {});
    s.add(2, {});
    s.take(1, 5);
    s.read(5);
    s.take(2, 6);
    s.read(6);
    CHECK(s.position() == 5);
    CHECK(s.next_shard_write() == std::nullopt);
    s.done(1, 5);
    CHECK(s.next_shard_write() == std::optional<std::uint64_t>(6));
    s.done(2, 6);
    CHECK(s.next_shard_write() == std::nullopt);  // one write at a time
    s.shard_stored();
    CHECK(s.next_shard_write() == std::optional<std::uint64_t>(7));
}

TEST_CASE("shard: an endpoint that leaves holds the position back until its own is stored") {
    shard_progress s(1);
    s.add(1, {});
    s.take(1, 1);
    s.read(1);
    s.read(2);
    REQUIRE(s.leave(1));
    CHECK(s.position() == 1);
    const auto writes = s.next_own_writes();
    REQUIRE(writes.size() == 1);
    REQUIRE(writes[0].second.position);
    CHECK(writes[0].second.position->next == 1);
    CHECK(s.next_own_writes().empty());
    CHECK(s.position() == 1);
    s.own_stored(1);
    CHECK(s.of(1).state() == mode::alone);
    CHECK(s.of(1).next() == 3);
    CHECK(s.position() == 3);
}

TEST_CASE("shard: a paused endpoint holds nothing and reads its events again") {
    shard_progress s(1);
    s.add(1, {});
    s.take(1, 1);
    s.read(1);
    leave(s, 1);
    s.let_go(1);
    CHECK(s.of(1).in_hand() == 0);
    CHECK(s.of(1).next() == 1);
    CHECK(s.position() == 2);
}

TEST_CASE("shard: an endpoint that goes down and up repeats nothing that was done") {
    shard_progress s(1);
    s.add(1, 1);
    for (std::uint64_t n = 1; n <= 500; ++n) {
        s.take(1, n);
        if (n != 1) s.done(1, n);
    }
    s.let_go(1);
    CHECK(s.of(1).next() == 1);
    s.take(1, 1);
    CHECK(s.of(1).next() == 501);
}

TEST_CASE("shard: one message that hangs is all that a successor repeats, once the bucket was told") {
    shard_progress s(1);
    s.add(1, 1);
    for (std::uint64_t n = 1; n <= 500; ++n) {
        s.take(1, n);
        if (n != 1) s.done(1, n);
    }
    CHECK(s.of(1).unwritten() == 499);
    const auto writes = s.next_own_writes();
    REQUIRE(writes.size() == 1);
    CHECK(s.next_own_writes().empty());
    s.own_stored(1);
    CHECK(s.of(1).unwritten() == 0);
    CHECK(s.next_own_writes().empty());
    shard_progress successor(1);
    successor.add(1, writes[0].second.position);
    successor.take(1, 1);
    CHECK(successor.of(1).next() == 501);
}

TEST_CASE("shard: an endpoint whose events are done faster than the bucket takes positions waits for it") {
    shard_progress s(1);
    s.add(1, {});
    bool told = false;
    for (std::uint64_t n = 1; n <= endpoint_progress::most_unwritten; ++n) {
        s.take(1, n);
        s.read(n);
        told = s.done(1, n) || told;
    }
    CHECK(told);
    CHECK(s.of(1).room() == 0);
    REQUIRE(s.next_shard_write());
    CHECK(s.of(1).room() == 0);
    CHECK_FALSE(s.shard_stored());
    CHECK(s.of(1).room() == endpoint_progress::most_unwritten);
}

TEST_CASE("shard: an endpoint that left and missed nothing rides again without reading anything") {
    shard_progress s(1);
    s.add(1, {});
    s.take(1, 1);
    s.read(1);
    leave(s, 1);
    for (std::uint64_t n = 2; n < 1'000; ++n)
        s.read(n);
    s.read_alone(1, s.of(1).next(), false);
    CHECK(s.of(1).reads_alone());  // it does not keep up yet
    s.done(1, 1);
    s.read_alone(1, s.of(1).next());
    CHECK(s.of(1).rides());
    CHECK(s.of(1).takes(1'000));
}

TEST_CASE("shard: an endpoint that left reads the few that it missed, and a successor knows them") {
    shard_progress s(1);
    s.add(1, {});
    REQUIRE(s.leave(1));
    for (std::uint64_t n = 1; n <= 100; ++n) {
        if (n % 40 == 0) s.put_off(1, n);
        s.read(n);
    }
    s.next_own_writes();
    s.own_stored(1);
    REQUIRE(s.of(1).waiting_again() == 2);
    CHECK(s.of(1).first_again() == 40);
    CHECK_FALSE(s.of(1).takes_alone(39));
    s.take(1, 40);
    s.read_alone(1, 41);
    CHECK(s.of(1).first_again() == 80);
    s.done(1, 40);
    const auto told = s.next_own_writes();
    REQUIRE(told.size() == 1);
    CHECK(told[0].second.position->contains(79));
    CHECK_FALSE(told[0].second.position->contains(80));
    CHECK(told[0].second.position->end() == 81);
    s.take(1, 80);
    s.read_alone(1, 81);
    CHECK(s.of(1).rides());
    CHECK(s.of(1).next() == 101);
}

TEST_CASE("shard: an endpoint that missed much, or of which nobody knows what it missed, reads the stream") {
    shard_progress s(1);
    s.add(1, {});
    s.add(2, {});
    REQUIRE(s.leave(1));
    REQUIRE(s.leave(2));
    const auto many = endpoint_progress::most_put_off + 1;
    for (std::uint64_t n = 1; n <= many; ++n) {
        s.put_off(1, n);
        s.read(n);
    }
    s.lose_track(2);
    s.next_own_writes();
    s.own_stored(1);
    s.own_stored(2);
    CHECK_FALSE(s.of(1).follows());
    CHECK(s.of(1).takes_alone(1));
    CHECK(s.of(1).takes_alone(many));
    s.read_alone(2, s.of(2).next());
    CHECK(s.of(2).reads_alone());
    CHECK(s.of(2).takes_alone(1));
}

TEST_CASE("shard: an endpoint that let go of many does not note more") {
    constexpr std::uint64_t many = endpoint_progress::most_put_off + 1;
    shard_progress s(1);
    s.add(1, {});
    for (std::uint64_t n = 1; n <= many; ++n) {
        s.take(1, n);
        s.read(n);
    }
    leave(s, 1);
    s.let_go(1);
    s.put_off(1, many + 1);
    CHECK_FALSE(s.of(1).follows());
    CHECK(s.of(1).waiting_again() == many);
}

TEST_CASE("shard: what is skipped an endpoint that does not ride looks for itself") {
    shard_progress s(1);
    s.add(1, {});
    s.add(2, position(done_set(500)));
    leave(s, 1);
    s.skip_to(400);
    s.read_alone(1, s.of(1).next());
    CHECK(s.of(1).takes_alone(1));
    CHECK(s.of(2).follows());  // it knows more
}
