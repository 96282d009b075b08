// How often each of many may do something: a bucket of tokens for each key, which replicas may share. Pure: the time is
// told.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

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

// What was taken here, and is not known elsewhere.
struct spending {
    std::string key;
    std::uint64_t tokens;                         // at least one
    std::chrono::steady_clock::time_point until;  // then these are back, had there been no others
    std::chrono::steady_clock::duration full_in;  // of the bucket, with all that is known here
};

// What a counter says that all replicas add their spendings to.
struct shared_count {
    std::uint64_t tokens;                         // it began anywhere; our own spending is in it
    std::chrono::steady_clock::duration full_in;  // of the bucket, without it, as far as others knew
};

class token_buckets {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    // Remembers at most so many keys: the one that was used least recently is forgotten, as if its bucket were full.
    explicit token_buckets(rate r, std::size_t most_keys = 16'384);

    // Takes a token, if there is one; what is refused costs nothing. `now` never goes back.
    verdict take(std::string_view key, time_point now);
    // What take() would say, taking none.
    verdict look(std::string_view key, time_point now) const;

    std::size_t size() const { return buckets_.size(); }

    // From here on: for replicas that share their buckets. Each takes from its own, hands out what was taken, has it
    // added to a counter, and learns from that what the others took. So take() never waits; beyond the quota may be
    // taken what replicas take until they have learned from each other, and that is missing afterwards: a bucket
    // may owe tokens, at most for another window.
    void share() { shared_ = true; }
    // In how many buckets there is something to hand out; no more than keys are remembered.
    std::size_t untold() const { return untold_.size(); }
    // Of at most so many buckets. Each is then either learned or lost, before the next of that key is handed out.
    std::vector<spending> hand_out(std::size_t most, time_point now);
    // Of what `s` was added to. What the counter should say from now on of when the bucket is full, if that is later
    // than what it says (it must outlive that, or what others take is not seen); nothing: the key was forgotten.
    // Whatever the counter says, nobody is refused for more than a window and a token's time after this.
    std::optional<duration> learn(const spending& s, const shared_count& c, time_point now);
    // Nobody knows whether it was added.
    void lost(const spending& s);

  private:
    struct bucket {
        std::string key;
        time_point full_at;  // every token moves it by `interval_`
        // What was taken and not handed out, and when that is back, had there been nothing else.
        std::uint64_t untold = 0;
        time_point untold_until{};
        std::optional<std::uint64_t> counted = {};  // by the counter, when it was asked last
        duration idle{};                            // for how long the bucket has been full since then
    };
    bucket& bucket_of(std::string_view key, time_point now);
    static void pass_time(bucket& b, time_point now);
    void note(bucket& b, time_point now);

    duration interval_;
    duration window_;
    std::size_t most_;
    bool shared_ = false;
    std::list<bucket> buckets_;                                                 // the latest used first
    std::unordered_map<std::string_view, std::list<bucket>::iterator> by_key_;  // views of the buckets' own text
    std::deque<std::string> untold_;                                            // keys
};

}  // namespace tidings::limits
