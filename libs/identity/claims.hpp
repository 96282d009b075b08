// What a token says, held to what is asked of it (RFC 7519, 4.1; RFC 9068). Pure: the time is told.
#pragma once

#include <boost/json/object.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <string>

#include "identity/errc.hpp"
#include "identity/principal.hpp"

namespace tidings::identity {

struct expectations {
    std::string issuer;                // `iss` is exactly this
    std::string audience;              // `aud` is this, or a list with it
    std::chrono::milliseconds skew{};  // that two clocks may differ by
};

inline constexpr std::size_t longest_subject = 255;  // bytes (OpenID Connect Core, 2)

// `exp` must be there; `nbf` and `iat` count where they are. A subject has no control characters. The name is `name`,
// else `preferred_username`; empty where it is longer than 255 bytes. Scopes are those of `scope` and, as some
// providers write it, of `scp` (text or a list); where there is such a claim, it names one. Fails with issuer_wrong,
// audience_wrong, claims_wrong, expired or not_yet_valid.
boost::system::result<principal> read_claims(const boost::json::object& claims, const expectations& expected,
                                             std::chrono::system_clock::time_point now);

}  // namespace tidings::identity
