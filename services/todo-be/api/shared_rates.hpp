// Rates that replicas share through a cache: what is taken from the buckets here is told there, and what the others
// took is learned, behind the requests' backs. While the cache is away, slow, full or wrong, each replica counts for
// itself.
#pragma once

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "api/rate_counters.hpp"
#include "limits/token_buckets.hpp"
#include "redis/client.hpp"
#include "runtime/task.hpp"
#include "runtime/wakeup.hpp"

namespace tidings::todo_be {

class shared_rates {
  public:
    // `cache` and `buckets`, of that rate, must outlive it. From now on these are shared.
    shared_rates(const runtime::executor& ex, redis::client& cache, limits::token_buckets& buckets, limits::rate r);

    // `key`: of rate_counters. Runs until the surrounding task is cancelled; before, nothing is shared. What is taken
    // is told at once, then every 50 ms.
    runtime::task<> run(std::string key);
    // Something was taken from a bucket.
    void spent() { wake_.notify(); }

    // Why each replica counts for itself now, for people; empty: it does not.
    std::string trouble() const;

  private:
    using spendings = std::vector<limits::spending>;

    runtime::task<> tell_all();
    runtime::task<bool> tell(spendings all);
    std::string learn(const spendings& all, std::uint64_t first, const std::vector<redis::reply>& replies);
    void lose(const spendings& all);

    redis::client& cache_;
    limits::token_buckets& buckets_;
    limits::rate rate_;
    runtime::wakeup wake_;
    std::optional<rate_counters> counters_;
    std::mt19937_64 random_;
    std::string trouble_;
};

}  // namespace tidings::todo_be
