// The version of the suite, as the build names it.
#pragma once

#include <string_view>

namespace tidings::runtime {

std::string_view version();  // "0.1.0"

// "0.1": for other parties, who should not depend on more.
std::string_view major_minor_version();

// The commit that the image was made of ($TIDINGS_COMMIT, which the image sets); "unknown" outside one. Not compiled
// in: a commit that changes nothing of a program leaves its bytes, and the layer they are in, as they are.
std::string_view commit();

}  // namespace tidings::runtime
