// Which replica should own which shard. Pure: every replica computes the same from the same list.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::broadcaster {

// The shard of an endpoint, 0 .. shards - 1: the same in every process and version.
std::uint32_t shard_of(std::string_view endpoint_name, std::uint32_t shards);

// For each shard, the index in `replicas` of its owner. No replica has more than one shard above another, and a replica
// that comes or goes moves little more than its own share. `replicas` in any order, without duplicates; none of them:
// the result is empty.
std::vector<std::size_t> assign_shards(std::span<const std::string> replicas, std::uint32_t shards);

}  // namespace tidings::broadcaster
