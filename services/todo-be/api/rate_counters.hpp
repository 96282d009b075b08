// Buckets of tokens as a server of the Redis protocol counts them for all replicas, which everybody may read and change
// there: names tell nothing, and what cannot be is noticed. One counter for each bucket: a number that grows by every
// token, and that ends some time after the bucket is full, which is how those who know nothing of it yet are told when
// that is. INCRBY, SET NX, PTTL and PEXPIRE: no scripts, and no clocks are compared. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "limits/token_buckets.hpp"
#include "redis/replies.hpp"
#include "signing/hmac_sha256.hpp"

namespace tidings::todo_be {

class rate_counters {
  public:
    using duration = limits::token_buckets::duration;

    // `key`: of any length, as good as random, the same at all replicas.
    rate_counters(std::string_view key, const limits::rate& r);

    // What it is called there: printable; another one for each rate.
    std::string name_of(std::string_view key) const;

    // Commands that add a spending, and their number. A counter that is not there begins at `first`, another number
    // each time: one that was made anew is told from the one before.
    static constexpr std::size_t commands = 3;
    std::string add(const limits::spending& s, std::uint64_t first) const;

    struct answer {
        enum class kind {
            counted,
            refused,   // it has no room, or may not be written to
            nonsense,  // no server that does what it is told says that
        };
        kind what = kind::nonsense;
        limits::shared_count count = {};
        bool made = false;    // it was not there
        duration there = {};  // until the bucket is full, as the counter says now
    };
    // `replies`: to the commands of add().
    answer understood(const limits::spending& s, std::span<const redis::reply> replies) const;

    // The command after which the counter says when the bucket is full.
    std::string correct(std::string_view key, duration full_in) const;

  private:
    signing::hmac_sha256 hmac_;
    std::string rate_;
    std::int64_t longest_;  // milliseconds for which a counter may last
};

}  // namespace tidings::todo_be
