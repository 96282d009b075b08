// Makes untrusted text safe for one line of a log or a terminal.
#pragma once

#include <string>
#include <string_view>

namespace tidings::log {

// Longer text is cut at a code point boundary and ends with "…".
inline constexpr std::size_t longest_value = 4096;

// Appends `text` as a JSON string with quotes. Characters that a terminal may obey instead of showing are escaped:
// controls (C0, DEL, C1), marks of direction, ends of lines, format characters. A byte that is not UTF-8 becomes the
// four characters \xff.
void append_quoted(std::string& out, std::string_view text);

// For people: the bare text when it is one plain word, else as append_quoted.
void append_word(std::string& out, std::string_view text);

// `text` with a dot for each character that append_quoted() escapes for a terminal, and for each byte that is not
// UTF-8.
std::string printable(std::string_view text);

}  // namespace tidings::log
