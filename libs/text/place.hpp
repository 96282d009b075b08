// Where in a text something is, as people count.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::text {

// "line 2, column 5": of the byte at `offset`, both from 1, columns in code points.
std::string place_in(std::string_view text, std::size_t offset);

}  // namespace tidings::text
