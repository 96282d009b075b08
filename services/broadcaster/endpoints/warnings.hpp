// Warnings about endpoints that are valid, but let others read or misuse what is sent.
#pragma once

#include <string>
#include <vector>

#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

// One sentence each, with the remedy; never a secret nor the URL, whose path may be one. `allow_private`: the default
// for all endpoints, which gets a single warning.
std::vector<std::string> warnings_of(const endpoint& e, bool allow_private);

}  // namespace tidings::broadcaster
