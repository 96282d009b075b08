// "did you mean 'port'?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidings::config {

// "; did you mean '<the nearest>'?", or nothing when none of `known` is near. Case and - or _ do not count.
std::string suggestion(std::string_view given, const std::vector<std::string>& known);

}  // namespace tidings::config
