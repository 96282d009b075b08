// An endpoint that leaves its shard's reader, for tests of shard_progress.
#pragma once

#include "domain/shard_progress.hpp"
#include "support/catch.hpp"

namespace tidings::broadcaster {

// It leaves the shared reader, and the bucket has its own position.
inline void leave(shard_progress& s, shard_progress::slot endpoint) {
    REQUIRE(s.leave(endpoint));
    REQUIRE(s.next_own_writes().size() == 1);
    s.own_stored(endpoint);
}

}  // namespace tidings::broadcaster
