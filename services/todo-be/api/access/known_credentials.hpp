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

    struct known {
        const request_access* access = nullptr;  // null: not known (any more). Valid until put() or forget()
        bool renew = false;  // told once, before its time is over: so that of many who use a token one verifies it anew
    };
    known find(const token_hash& token, clock::time_point now);
    // `asked`: before it was verified.
    void put(const token_hash& token, request_access access, clock::time_point asked);
    // It counts no more; by its id, if it is one of ours.
    void forget(const token_hash& token) { by_hash_.erase(token); }
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
        bool renewing = false;
    };

    clock::duration longest_;
    std::size_t most_;
    std::unordered_map<token_hash, entry, first_bytes> by_hash_;
    std::deque<std::pair<token_hash, clock::time_point>> by_age_;
};

}  // namespace tidings::todo_be
