// A shard that is handed over, and a stream that is made anew under it.
#include "domain/shard_progress.hpp"
#include "support/catch.hpp"

using namespace tidings::broadcaster;
using position = std::optional<done_set>;

TEST_CASE("shard: before it is handed over, who refused the last offer or came after it leaves, and has that to read") {
    shard_progress s(5);
    for (const shard_progress::slot n : {1, 2, 3})
        s.add(n, {});
    s.offer(5);
    s.take(1, 5);
    s.refuse(2);
    CHECK_FALSE(s.read_if_taken());
    s.add(4, {});
    s.add(6, {}, 6);  // begins above it
    s.done(1, 5);
    REQUIRE(s.part(SIZE_MAX));
    CHECK(s.head() == 6);
    CHECK(s.of(1).rides());  // what it has the shard's position says, as soon as the others' own are stored
    CHECK(s.of(3).rides());
    CHECK(s.position() == 5);
    for (const auto& [endpoint, w] : s.next_own_writes()) {
        CHECK((endpoint == 2 || endpoint == 4 || endpoint == 6));
        CHECK(w.position->contains(5) == (endpoint == 6));
        s.own_stored(endpoint);
    }
    CHECK_FALSE(s.part(SIZE_MAX));
    REQUIRE(s.next_shard_write() == std::optional<std::uint64_t>(6));
    s.shard_stored();
    CHECK(s.part(SIZE_MAX));
    CHECK(s.of(2).first_again() == 5);
    CHECK(s.of(4).first_again() == 5);
}

TEST_CASE("shard: before it is handed over, who has more than the shared reader has passed, or holds some, leaves") {
    shard_progress s(5);
    s.add(1, position(done_set(5)));
    s.add(2, {});
    s.take(1, 5);
    s.done(1, 5);
    s.read_alone(1, 6);
    s.take(2, 5);
    REQUIRE(s.of(1).rides());
    REQUIRE(s.part(SIZE_MAX));
    CHECK_FALSE(s.of(1).rides());
    CHECK_FALSE(s.of(2).rides());
}

TEST_CASE("shard: before it is handed over, more than may read alone stay, and a successor begins with the earliest") {
    shard_progress s(5);
    for (const shard_progress::slot n : {1, 2, 3}) {
        s.add(n, {});
        s.take(n, 4 + n);
    }
    s.passed(8);
    CHECK(s.part(2));
    CHECK(s.of(1).rides());
    CHECK(s.position() == 5);
    s.done(3, 7);
    CHECK(s.part(2));
    CHECK_FALSE(s.of(1).rides());
    CHECK(s.of(3).rides());
}

TEST_CASE("shard: before it is handed over, more that refused than may read alone stay: others have one event again") {
    shard_progress s(5);
    for (const shard_progress::slot n : {1, 2, 3, 4})
        s.add(n, {});
    s.offer(5);
    s.take(1, 5);
    s.done(1, 5);
    for (const shard_progress::slot n : {2, 3, 4})
        s.refuse(n);
    CHECK_FALSE(s.read_if_taken());
    CHECK(s.part(2));
    CHECK(s.head() == 5);
    CHECK_FALSE(s.of(1).rides());  // it alone knows that it has it
    for (const shard_progress::slot n : {2, 3, 4})
        CHECK(s.of(n).rides());
}

TEST_CASE("shard: in a stream that was made anew, who may have had a position of its own counts until it has another") {
    shard_progress s(50);
    s.add(1, {});
    s.add(2, {});
    REQUIRE(s.leave(1));
    REQUIRE(s.next_own_writes().size() == 1);  // nobody knows whether that is stored
    s.restart(1);
    s.put_off(1, 1);
    s.read(1);
    s.read(2);
    CHECK(s.position() == 1);
    CHECK(s.next_shard_write() == std::nullopt);  // a position of this stream, beside one of the other
    REQUIRE(s.next_own_writes().size() == 1);
    s.own_stored(1);
    CHECK(s.next_shard_write() == std::optional<std::uint64_t>(3));
}

TEST_CASE("shard: the position in a stream that was made anew is written although it is lower than the last") {
    shard_progress s(50);
    s.add(1, {});
    s.restart(1);
    CHECK(s.next_shard_write() == std::optional<std::uint64_t>(1));
    s.shard_stored();
    CHECK(s.next_shard_write() == std::nullopt);
}
