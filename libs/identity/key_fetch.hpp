// Asks an issuer for its keys.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "http/client/trust.hpp"
#include "identity/key_set.hpp"
#include "runtime/task.hpp"

namespace tidings::identity {

struct key_place {
    std::string issuer;
    std::string jwks_url;     // empty: the issuer's discovery document says it
    bool allow_http = false;  // also from other machines
    http::client_trust trust;
};

inline constexpr std::chrono::milliseconds fetch_limit{5'000};  // of all that one fetch asks

struct fetched_keys {
    key_set keys;
    std::optional<std::chrono::seconds> fresh;
};

// At most 64 KiB an answer, redirects are not followed. The error says what went wrong, for people.
runtime::task<boost::system::result<fetched_keys, std::string>> fetch_keys(key_place place);

}  // namespace tidings::identity
