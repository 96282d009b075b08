// Several replicas, each with its own buckets, and one counter between them.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "limits/token_buckets.hpp"

namespace tidings::limits_test {

using namespace limits;
using namespace std::chrono_literals;

using time_point = token_buckets::time_point;
using duration = token_buckets::duration;

inline const time_point start{std::chrono::hours(1)};

inline duration until(time_point t, time_point now) { return std::max(t - now, duration::zero()); }

// The counter, as a server keeps it: gone some time after the bucket is full.
struct counter {
    static constexpr auto kept = 10s;

    std::uint64_t first;
    std::optional<std::uint64_t> tokens = {};
    time_point full_at{};

    shared_count add(const spending& s, time_point now) {
        if (full_at + kept <= now) tokens.reset();
        const auto before = until(full_at, now);
        if (!tokens) {
            tokens = first += 1'000'000'007;
            full_at = now + s.full_in;
        }
        return {*tokens += s.tokens, before};
    }
    void correct(std::optional<duration> full_in, time_point now) {
        if (full_in) full_at = std::max(full_at, now + *full_in);
    }
};

inline std::vector<token_buckets> replicas(std::size_t count, rate r) {
    std::vector<token_buckets> all;
    for (std::size_t i = 0; i < count; ++i)
        all.emplace_back(r).share();
    return all;
}

}  // namespace tidings::limits_test
