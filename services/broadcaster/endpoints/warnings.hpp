// What an operator should know about endpoints that are allowed, but let others read or misuse what is sent.
#pragma once

#include <string>
#include <vector>

#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

// One sentence each, with the mend; never a secret nor the URL, whose path may be one. `allow_private`: the default of
// all endpoints, which is warned of once, not for each.
std::vector<std::string> warnings_of(const endpoint& e, bool allow_private);

}  // namespace tidings::broadcaster
