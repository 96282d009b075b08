// Bearer tokens (RFC 6750) for an API with one shared token.
#pragma once

#include <optional>
#include <string_view>

#include "http/message/message.hpp"

namespace tidings::http {

// Nothing when `r` may pass: `token` is empty (the API is open) or the request bears it. Else the 401 to answer with.
// Compares in a time that does not depend on how much of the token was right.
std::optional<response> refuse_without_bearer(const request& r, std::string_view token);

}  // namespace tidings::http
