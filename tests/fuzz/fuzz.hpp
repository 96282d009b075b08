// Shared by the targets. A target is one file that defines check(): it feeds a parser bytes from outside, and the
// parser must keep its promises whatever they are. The sanitizers watch memory and arithmetic, require() watches the
// rest.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::fuzz {

// One input. Any exception is a finding.
void check(std::string_view bytes);

// Aborts the program, so that the input is kept, if the promise is broken.
void require(bool kept, const char* promise);

// Removes the text up to the next `mark` (or all) from the front: for targets that need several texts.
std::string_view next_part(std::string_view& bytes, char mark = '\n');

}  // namespace tidings::fuzz
