// What becomes of a shard's positions when a replica takes it over: where each stream is read on, which endpoints read
// alone, and where new ones begin. Pure.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/endpoint.hpp"
#include "domain/shard_record.hpp"

namespace tidings::broadcaster {

// A stream as it is now.
struct stream_now {
    std::string created;
    std::uint64_t first = 1;   // the oldest message that is kept
    std::uint64_t last = 0;    // the newest
    std::uint64_t begins = 1;  // where an endpoint begins that is new and wants no past
    // By name: where a version that had a durable consumer for each left off.
    std::map<std::string, std::uint64_t> inherited{};
};

struct stream_opening {
    struct beginner {
        endpoint_ptr e;
        std::optional<done_set> own;  // it reads alone from here
        std::uint64_t start = 0;      // it wants nothing from below
    };
    std::string stream;
    shard_position at;
    std::vector<beginner> endpoints;
    bool made_anew = false;  // it is another stream than the one that the positions are of
};

struct takeover {
    shard_record record;  // of the new owner
    // By identity (identity_of).
    std::map<std::string, endpoint_position> own;     // to be stored under its epoch before the record
    std::map<std::string, endpoint_position> starts;  // of endpoints that had none, to be stored before that
    std::map<std::string, endpoint_position>
        unserved;  // starts that are to be marked as served once the record is stored
    std::vector<stream_opening> openings;
};

// `endpoints`: of the shard, as far as this process knows them; of those whose stream is not in `streams` nothing
// changes. Endpoints that it does not know (those of a new configuration that is rolled out, or made by the API just
// now) keep their place: each gets a position of its own.
takeover plan_takeover(const kept_positions& kept, std::span<const endpoint_ptr> endpoints,
                       const std::map<std::string, stream_now>& streams, std::string owner, std::string epoch);

// All below has been in the stream, if it is the one that the positions are of: it ended no earlier. 0: nothing is
// known.
std::uint64_t known_to(const kept_positions& kept, const std::string& stream, const std::string& created);

// The shard was owned, and where it was is gone: its endpoints start at the oldest event.
bool has_lost_its_key(const kept_positions& kept);

// The streams of which fewer own positions are there than the shard's key counts. Those that have none go on where the
// lowest of the lost may have been.
std::vector<std::string> with_lost_positions(const kept_positions& kept);

// Fewer endpoints have a start that is marked as served than the shard's key counts. Those that have none, and want no
// past, go on where their shard does.
bool has_lost_starts(const kept_positions& kept);

// As plan_takeover, for one stream that the shard, which `kept` is of, does not read yet.
stream_opening open_new_stream(const kept_positions& kept, std::span<const endpoint_ptr> endpoints,
                               const std::string& stream, const stream_now& now, takeover& t);

}  // namespace tidings::broadcaster
