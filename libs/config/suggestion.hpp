// "did you mean 'port'?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tidings::config {

// "; did you mean '<the nearest>'?", or nothing when none of `known` is close. Ignores case, and - versus _.
std::string suggestion(std::string_view given, const std::vector<std::string>& known);

// The variable that the name of another is probably meant for; nothing when it is likely to be a program's own. Short
// names resemble too many others: of those only swapped letters count, and of the long ones two mistakes.
std::string meant_variable(std::string_view given, const std::vector<std::string>& variables);

}  // namespace tidings::config
