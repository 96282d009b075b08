// Tokens that were verified, so that each costs its signature once. Knows their SHA-256 only. Pure: the time is told.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string_view>
#include <unordered_map>

#include "identity/principal.hpp"

namespace tidings::identity {

class verified_tokens {
  public:
    // Remembers at most so many: the one that was used least recently is forgotten.
    explicit verified_tokens(std::size_t most) : most_(most) {}

    // Null when it is not known, or has expired. Valid until the next call.
    const principal* find(std::string_view token, std::chrono::system_clock::time_point now);
    void remember(std::string_view token, const principal& who);
    void clear();

    std::size_t size() const { return tokens_.size(); }

  private:
    using digest = std::array<std::uint8_t, 32>;
    struct known {
        digest token;
        principal who;
    };
    struct first_bytes {
        std::size_t operator()(const digest& d) const;
    };
    static digest digest_of(std::string_view token);
    void forget(std::list<known>::iterator which);

    std::size_t most_;
    std::list<known> tokens_;  // the latest used first
    std::unordered_map<digest, std::list<known>::iterator, first_bytes> by_digest_;
};

}  // namespace tidings::identity
