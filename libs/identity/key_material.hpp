// Between the forms of keys and signatures in JOSE and OpenSSL's. Internal to libs/identity.
#pragma once

#include <openssl/types.h>

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "identity/compact_token.hpp"

namespace tidings::identity {

// Null when it is no key of a kind that is known, or not well-formed: a point that is not on the curve, numbers with
// leading zeros or too long.
std::shared_ptr<EVP_PKEY> key_of_jwk(const boost::json::object& jwk);
std::shared_ptr<EVP_PKEY> key_of_pem(std::string_view pem);

// What the key is for. The error says why it is for nothing, for people.
boost::system::result<algorithm, std::string> algorithm_of(const EVP_PKEY* key);

// An ES256 signature as OpenSSL takes it; empty unless it has 64 bytes.
std::string der_of_es256(std::string_view r_and_s);

}  // namespace tidings::identity
