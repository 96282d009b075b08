// What an identity provider has: keys with their private halves, and tokens signed with them. For tests only.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value_from.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "identity/key_set.hpp"

struct evp_pkey_st;

namespace tidings::test {

namespace json = boost::json;

std::string base64url(std::string_view bytes);

class signer {
  public:
    // `kind`: "RS256", "ES256" or "EdDSA"; RSA has so many bits.
    explicit signer(std::string kind, std::string kid = "k1", unsigned bits = 2'048);

    // A whole token; `header` replaces and adds to {"alg": kind, "kid": kid}.
    std::string token(const json::object& claims, const json::object& header = {}) const;
    // The same of texts as they are.
    std::string token_of(std::string_view header, std::string_view claims) const;
    std::string sign(std::string_view content) const;

    json::object jwk() const;  // the public half
    std::string pem() const;   // the public half
    const std::string& kid() const { return kid_; }

  private:
    std::string kind_;
    std::string kid_;
    std::shared_ptr<evp_pkey_st> key_;
};

// One of each kind, made once: an RSA key takes its time.
const signer& rs256();
const signer& es256();
const signer& eddsa();

std::string jwk_set(std::initializer_list<json::object> keys);
identity::key_set keys_of(const std::string& text);  // throws when there are none
// Signed as HS256 with `secret`.
std::string hs256_token(const json::object& claims, std::string_view secret);

// Noon of some day; and claims that are right then.
inline constexpr std::chrono::system_clock::time_point noon{std::chrono::seconds(1'800'000'000)};
inline constexpr const char* issuer = "https://id.example.com";
inline constexpr const char* audience = "https://todo.example.com/api";
json::object good_claims();
// `claims` with one of them replaced.
template <class Value>
json::object with(std::string_view name, const Value& value, json::object claims = good_claims()) {
    claims[{name.data(), name.size()}] = json::value_from(value);
    return claims;
}
json::object without(std::string_view name);

}  // namespace tidings::test
