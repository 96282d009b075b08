// What the bucket of positions holds, read by another process.
#include "domain/shard_record.hpp"

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    if (const auto r = broadcaster::shard_record::parse(bytes)) {
        const auto again = broadcaster::shard_record::parse(r->to_json());
        require(again && again->owner == r->owner && again->epoch == r->epoch && again->streams == r->streams,
                "a shard's record survives the way out and in");
    }
    if (const auto p = broadcaster::endpoint_position::parse(bytes))
        require(broadcaster::endpoint_position::parse(p->to_json()) == p, "so does an endpoint's position");
}

}  // namespace tidings::fuzz
