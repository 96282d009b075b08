// Whose bearer tokens are accepted: an OpenID provider and its keys. See docs/identity-provider.md.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "config/reader.hpp"
#include "identity/key_set.hpp"

namespace tidings::todo_be {

// OIDC_ISSUER, OIDC_AUDIENCE, OIDC_JWKS_URL, OIDC_KEYS, OIDC_CLOCK_SKEW, OIDC_ALLOW_HTTP.
struct identity_settings {
    std::string issuer;                     // empty: there is no provider
    std::string audience;                   // not empty where there is an issuer
    std::string jwks_url;                   // empty: found by discovery
    std::optional<identity::key_set> keys;  // instead of fetched ones
    std::chrono::milliseconds clock_skew{60'000};
    bool allow_http = false;
};

// Notes in `in` everything that is wrong.
void read(config::reader& in, identity_settings& s);

}  // namespace tidings::todo_be
