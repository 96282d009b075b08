// Which events of a stream are done: all below `next`, and from there to below `known` all but `undone`.
#pragma once

#include <cstdint>
#include <vector>

namespace tidings::broadcaster {

struct done_set {
    static constexpr std::size_t most_undone = 256;  // in the bucket

    std::uint64_t next = 1;
    std::uint64_t known = 0;
    std::vector<std::uint64_t> undone{};  // ascending

    done_set(std::uint64_t next = 1) : next(next) {}  // NOLINT(google-explicit-constructor): a position is one
    bool operator==(const done_set&) const = default;

    bool contains(std::uint64_t sequence) const;
    // Nothing above it is done.
    std::uint64_t end() const { return known > next ? known : next; }
};

}  // namespace tidings::broadcaster
