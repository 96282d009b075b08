// When an endpoint has a position of its own in the bucket, and how the shard's key counts those.
#include "leaving.hpp"

using namespace tidings::broadcaster;
using mode = endpoint_progress::mode;
using position = std::optional<done_set>;

TEST_CASE("shard: an endpoint that has caught up rides again, and its own position goes when the shard's covers it") {
    shard_progress s(10);
    s.add(1, 4);
    CHECK(s.position() == 10);
    CHECK(s.of(1).next() == 4);
    s.take(1, 7);
    s.read_alone(1, 10);
    CHECK(s.of(1).state() == mode::attached);
    CHECK(s.position() == 7);
    CHECK(s.next_own_writes().empty());
    s.done(1, 7);
    CHECK(s.next_own_writes().empty());  // the shard's key counts it: were it gone, it would be missed
    REQUIRE(s.next_shard_write() == std::optional<std::uint64_t>(10));
    CHECK(s.own() == own_places{});
    CHECK(s.next_own_writes().empty());
    s.shard_stored();
    const auto writes = s.next_own_writes();
    REQUIRE(writes.size() == 1);
    CHECK(writes[0].second.position == position());
    s.own_stored(1);
    CHECK(s.of(1).state() == mode::riding);
}

TEST_CASE("shard: a position of its own stays until the shard's covers all that it says is done") {
    shard_progress s(5);
    s.add(1, 5);
    s.add(2, {});
    s.take(2, 5);
    s.read(5);
    s.read(6);
    s.take(1, 5);
    s.done(1, 5);
    s.read_alone(1, 7, false);
    REQUIRE(s.next_own_writes().size() == 1);
    s.own_stored(1);
    s.read_alone(1, 7);
    CHECK(s.of(1).state() == mode::attached);
    CHECK(s.next_own_writes().empty());  // a successor would begin at 5
    s.done(2, 5);
    REQUIRE(s.next_shard_write());
    CHECK(s.own() == own_places{1, 7});
    s.shard_stored();
    REQUIRE(s.next_shard_write() == std::optional<std::uint64_t>(7));
    CHECK(s.own() == own_places{});
    s.shard_stored();
    CHECK(s.next_own_writes().size() == 1);
}

TEST_CASE("shard: its key counts those that have positions of their own, also when it is no further") {
    shard_progress s(5);
    for (const shard_progress::slot n : {1, 2, 3})
        s.add(n, n == 3 ? std::nullopt : position(done_set(n)));
    CHECK(s.own() == own_places{2, 1});
    CHECK(s.next_shard_write() == std::nullopt);  // so it was taken over
    leave(s, 3);
    CHECK(s.own() == own_places{3, 1});
    REQUIRE(s.next_shard_write() == std::optional<std::uint64_t>(5));
    s.shard_stored();
    s.remove(1);
    CHECK(s.own() == own_places{2, 2});
    REQUIRE(s.next_shard_write() == std::optional<std::uint64_t>(5));
    s.shard_stored();
    CHECK(s.next_shard_write() == std::nullopt);
}
