// The bearer tokens that were verified within the last second, and for whom they speak. Pure: the time is told.
#pragma once

#include <chrono>
#include <deque>
#include <unordered_map>

#include "context/request_context.hpp"
#include "domain/token_text.hpp"

namespace tidings::todo_be {

class known_credentials {
  public:
    using clock = std::chrono::steady_clock;

    // Each counts for `longest` after it was asked for: so long a token that is revoked at another replica works here.
    // At most `most`; the oldest are forgotten.
    explicit known_credentials(clock::duration longest = std::chrono::milliseconds(900), std::size_t most = 10'000);

    // Null when it is not known (any more). Valid until put() or forget().
    const request_access* find(const token_hash& token, clock::time_point now) const;
    // `asked`: before it was verified.
    void put(const token_hash& token, request_access access, clock::time_point asked);
    // That token of ours counts no more.
    void forget(const std::string& id);

    clock::duration longest() const { return longest_; }
    std::size_t size() const { return by_hash_.size(); }

    struct first_bytes {
        std::size_t operator()(const token_hash& h) const;
    };

  private:
    struct entry {
        request_access access;
        clock::time_point asked;
    };

    clock::duration longest_;
    std::size_t most_;
    std::unordered_map<token_hash, entry, first_bytes> by_hash_;
    std::deque<std::pair<token_hash, clock::time_point>> by_age_;
};

}  // namespace tidings::todo_be
