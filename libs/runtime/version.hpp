// The version of the suite, as the build names it.
#pragma once

#include <string_view>

namespace tidings::runtime {

std::string_view version();  // "0.1.0"

// "0.1": for other parties, who should not depend on more.
std::string_view major_minor_version();

}  // namespace tidings::runtime
