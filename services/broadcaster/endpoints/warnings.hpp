// Warnings about endpoints that are valid, but let others read or misuse what is sent, or get nothing.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

// One sentence each, with the remedy; never a secret nor the URL, whose path may be one. `allow_private`: the default
// for all endpoints, which gets a single warning.
std::vector<std::string> warnings_of(const endpoint& e, bool allow_private);

// That no message can have both a subject of its stream and one that it wants. Empty: it may get some. `subjects`: of
// the stream; none: not known.
std::string source_warning(const endpoint& e, std::span<const std::string> subjects);

}  // namespace tidings::broadcaster
