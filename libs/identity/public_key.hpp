// A key that tokens are verified with. The one place of this library that speaks to OpenSSL about keys.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "identity/compact_token.hpp"

struct evp_pkey_st;  // OpenSSL's

namespace tidings::identity {

class public_key {
  public:
    // RSA of 2,048 to 8,192 bits, EC on P-256 or Ed25519, as a JWK (RFC 7517, RFC 7518, RFC 8037) or in PEM (RFC 7468,
    // "PUBLIC KEY"). The error says what is wrong, for people. A key that is not to verify signatures (`use`,
    // `key_ops`), is for another algorithm (`alg`) or shows its private half is none.
    static boost::system::result<public_key, std::string> of_jwk(const boost::json::object& jwk);
    static boost::system::result<public_key, std::string> of_pem(std::string_view pem);

    // The one algorithm that the key is for.
    algorithm alg() const { return alg_; }
    // Nothing: it has no name, and fits any.
    const std::optional<std::string>& kid() const { return kid_; }

    // An ES256 signature is r and s, 32 bytes each (RFC 7518, 3.4). Costs 30 to 150 us.
    bool verify(std::string_view content, std::string_view signature) const;

    // The same name and the same key.
    friend bool operator==(const public_key& a, const public_key& b) { return a.kid_ == b.kid_ && a.der_ == b.der_; }

  private:
    using handle = std::shared_ptr<evp_pkey_st>;
    static boost::system::result<public_key, std::string> checked(handle key, std::optional<std::string> kid);

    handle key_;  // never changes: copies of a key share it
    algorithm alg_ = algorithm::rs256;
    std::optional<std::string> kid_;
    std::string der_;  // SubjectPublicKeyInfo
};

}  // namespace tidings::identity
