// Who asks, as an identity provider or a token of ours vouches for it.
#pragma once

#include <chrono>
#include <set>
#include <string>

namespace tidings::identity {

struct principal {
    std::string issuer;            // the provider's URL, `iss`
    std::string subject;           // `sub`: at most 255 bytes, unique at this issuer, never given to somebody else
    std::string name;              // for people to read; may be empty
    std::set<std::string> scopes;  // of `scope` (RFC 8693, 4.2); empty: not limited by scopes
    std::chrono::system_clock::time_point expires;
};

}  // namespace tidings::identity
