// OpenSSL advises against the functions for one digest alone since 3.0, in favour of contexts that look up, copy and
// wipe an implementation for each message: that is more than half of what a signature of a short text costs.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "signing/hmac_sha256.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>

namespace tidings::signing {

namespace {

using block = std::array<std::uint8_t, SHA256_CBLOCK>;

block padded(std::string_view key) {
    block b{};
    if (key.size() <= b.size())
        std::ranges::copy(key, b.begin());
    else
        SHA256(reinterpret_cast<const unsigned char*>(key.data()), key.size(), b.data());
    return b;
}

SHA256_CTX begun_with(block key, std::uint8_t mask) {
    for (auto& byte : key)
        byte ^= mask;
    SHA256_CTX c;
    SHA256_Init(&c);
    SHA256_Update(&c, key.data(), key.size());
    OPENSSL_cleanse(key.data(), key.size());
    return c;
}

}  // namespace

struct hmac_sha256::state {
    explicit state(const block& key) : inner(begun_with(key, 0x36)), outer(begun_with(key, 0x5c)) {}
    ~state() { OPENSSL_cleanse(this, sizeof *this); }
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    SHA256_CTX inner, outer;
};

hmac_sha256::hmac_sha256(std::string_view key) {
    auto b = padded(key);
    state_ = std::make_unique<state>(b);
    OPENSSL_cleanse(b.data(), b.size());
}

hmac_sha256::~hmac_sha256() = default;
hmac_sha256::hmac_sha256(hmac_sha256&&) noexcept = default;
hmac_sha256& hmac_sha256::operator=(hmac_sha256&&) noexcept = default;

hmac_sha256::digest hmac_sha256::sign(std::initializer_list<std::string_view> parts) const {
    digest d{};
    auto inner = state_->inner;
    for (const auto part : parts)
        SHA256_Update(&inner, part.data(), part.size());
    SHA256_Final(d.data(), &inner);
    auto outer = state_->outer;
    SHA256_Update(&outer, d.data(), d.size());
    SHA256_Final(d.data(), &outer);
    return d;
}

}  // namespace tidings::signing
