// How often each of many may do something: a bucket of tokens for each key. Pure: the time is told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tidings::limits {

// So many at once, and so many within each window from then on: a bucket of `quota` tokens that refills evenly, from
// empty to full within `window`. Pre: quota >= 1, and at most one a microsecond.
struct rate {
    std::uint64_t quota;
    std::chrono::milliseconds window;
};

struct verdict {
    bool allowed;
    std::uint64_t left;                              // tokens, after this one
    std::chrono::steady_clock::duration full_in;     // until the bucket is full, if nothing more is taken
    std::chrono::steady_clock::duration retry_in{};  // until there is a token; 0 when allowed
};

class token_buckets {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    // Remembers at most so many keys: the one that was used least recently is forgotten, as if its bucket were full.
    explicit token_buckets(rate r, std::size_t most_keys = 16'384);

    // Takes a token, if there is one; what is refused costs nothing. `now` never goes back.
    verdict take(std::string_view key, time_point now);
    // What take() would say, taking none.
    verdict look(std::string_view key, time_point now) const;

    std::size_t size() const { return buckets_.size(); }

  private:
    using duration = std::chrono::steady_clock::duration;
    struct bucket {
        std::string key;
        time_point full_at;  // all that there is to know: every token moves it by `interval_`
    };
    bucket& bucket_of(std::string_view key, time_point now);

    duration interval_;
    duration window_;
    std::size_t most_;
    std::list<bucket> buckets_;                                                 // the latest used first
    std::unordered_map<std::string_view, std::list<bucket>::iterator> by_key_;  // views of the buckets' own text
};

}  // namespace tidings::limits
