// A JWT in the compact form of JWS (RFC 7515, 7.1; RFC 7519), taken apart. What it says is true only once its
// signature is verified.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "identity/errc.hpp"

namespace tidings::identity {

inline constexpr std::size_t largest_token = std::size_t{16} * 1024;

// The three that are taken. Which one it is, the key decides: a token only says which key it asks for.
enum class algorithm { rs256, es256, eddsa };

struct compact_token {
    algorithm alg;
    std::optional<std::string> kid;
    boost::json::object claims;
    std::string_view signed_part;  // header and claims as they were sent; of the token's text
    std::string signature;
};

// Fails with malformed, header_refused or algorithm_refused. Keys that a header brings along (`jwk`, `jku`, `x5c`,
// `x5u`) are not looked at.
boost::system::result<compact_token> parse_compact(std::string_view token);

// Nothing when the name is that of no algorithm that is taken. Ed25519 is EdDSA with that curve (RFC 9864).
std::optional<algorithm> algorithm_named(std::string_view name);

}  // namespace tidings::identity
