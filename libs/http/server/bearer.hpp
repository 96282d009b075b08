// Bearer tokens (RFC 6750) for an API with one shared token.
#pragma once

#include <string>
#include <string_view>

#include "http/server/route.hpp"

namespace tidings::http {

// The principal of a request that bears the token.
inline constexpr const char* token_principal = "api-token";

// Compares in a time that does not depend on how much of `given` is right.
bool same_secret(std::string_view given, std::string_view secret);

// Answers 401 to a request without the token. `token` empty: the API is open, and its clients stay anonymous.
// Compares in a time that does not depend on how much of the token was right.
guard require_bearer(std::string token);

}  // namespace tidings::http
