// Text from anywhere, made safe for one line of a log.
#pragma once

#include <string>
#include <string_view>

namespace tidings::log {

// Longer text is cut at a code point boundary and ends with "…".
inline constexpr std::size_t longest_value = 4096;

// Appends `text` as a JSON string with quotes. Control characters are escaped; a byte that is not UTF-8 becomes the
// four characters \xff.
void append_quoted(std::string& out, std::string_view text);

// For people: the bare text when it is one plain word, else as append_quoted.
void append_word(std::string& out, std::string_view text);

// The length of the UTF-8 sequence at the front of `text` (1..4); 0 when there is none that is valid. Pre: not empty.
std::size_t sequence_length(std::string_view text);

}  // namespace tidings::log
