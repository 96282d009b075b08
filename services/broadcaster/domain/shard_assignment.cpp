#include "domain/shard_assignment.hpp"

#include <algorithm>

namespace tidings::broadcaster {

namespace {

// FNV-1a, finished as in SplitMix64: the low bits of short similar names differ well.
std::uint64_t hash(std::string_view text, std::uint64_t seed = 0) {
    std::uint64_t h = 0xcbf29ce484222325 ^ seed;
    for (const unsigned char c : text)
        h = (h ^ c) * 0x100000001b3;
    h = (h ^ (h >> 30)) * 0xbf58476d1ce4e5b9;
    h = (h ^ (h >> 27)) * 0x94d049bb133111eb;
    return h ^ (h >> 31);
}

struct bid {
    std::uint64_t weight;
    std::size_t replica;
    std::uint32_t shard;
};

}  // namespace

std::uint32_t shard_of(std::string_view endpoint_name, std::uint32_t shards) {
    return static_cast<std::uint32_t>(hash(endpoint_name) % shards);
}

std::vector<std::size_t> assign_shards(std::span<const std::string> replicas, std::uint32_t shards) {
    if (replicas.empty()) return {};
    // Rendezvous hashing with a limit: the highest bids are served first.
    std::vector<bid> bids;
    for (std::size_t r = 0; r < replicas.size(); ++r)
        for (std::uint32_t s = 0; s < shards; ++s)
            bids.push_back({hash(replicas[r], s), r, s});
    std::ranges::sort(bids, [&](const bid& a, const bid& b) {
        if (a.weight != b.weight) return a.weight > b.weight;
        return a.shard != b.shard ? a.shard < b.shard : replicas[a.replica] < replicas[b.replica];
    });
    const std::size_t base = shards / replicas.size();
    std::size_t above_base = shards % replicas.size();  // so many replicas have one more
    std::vector<std::size_t> owned(replicas.size());
    std::vector<std::size_t> owner(shards, replicas.size());
    for (const auto& b : bids) {
        if (owner[b.shard] != replicas.size() || owned[b.replica] > base) continue;
        if (owned[b.replica] == base) {
            if (above_base == 0) continue;
            --above_base;
        }
        owner[b.shard] = b.replica;
        ++owned[b.replica];
    }
    return owner;
}

}  // namespace tidings::broadcaster
