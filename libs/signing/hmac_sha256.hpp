// HMAC-SHA256 (RFC 2104) with a key that is used again and again: what the key adds to the digest is computed once.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace tidings::signing {

class hmac_sha256 {
  public:
    using digest = std::array<std::uint8_t, 32>;

    // `key`: of any length; not kept, but what follows from it is, and wiped at the end.
    explicit hmac_sha256(std::string_view key);
    ~hmac_sha256();
    hmac_sha256(hmac_sha256&&) noexcept;
    hmac_sha256& operator=(hmac_sha256&&) noexcept;

    // Of all parts, one after the other.
    digest sign(std::initializer_list<std::string_view> parts) const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace tidings::signing
