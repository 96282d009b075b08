// What the targets share. A target is one file that defines check(): it shows a parser bytes from outside, and the
// parser must keep its promises whatever they are. The sanitizers watch memory and arithmetic, require() watches the
// rest.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::fuzz {

// One input. Whatever it throws is a finding.
void check(std::string_view bytes);

// Ends the program as a crash does, so that the input is kept, when the promise is broken.
void require(bool kept, const char* promise);

// Takes the text up to the next `mark` (or all) off the front: targets that need several texts.
std::string_view next_part(std::string_view& bytes, char mark = '\n');

}  // namespace tidings::fuzz
