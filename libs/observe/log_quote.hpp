// Text from anywhere, made safe for one line of a log or a terminal.
#pragma once

#include <string>
#include <string_view>

namespace tidings::log {

// Longer text is cut at a code point boundary and ends with "…".
inline constexpr std::size_t longest_value = 4096;

// Appends `text` as a JSON string with quotes. What is_command() is escaped; a byte that is not UTF-8 becomes the four
// characters \xff.
void append_quoted(std::string& out, std::string_view text);

// For people: the bare text when it is one plain word, else as append_quoted.
void append_word(std::string& out, std::string_view text);

// `text` with a dot for each character that is_command() and for each byte that is not UTF-8.
std::string printable(std::string_view text);

// Whether a terminal may act on a character instead of showing it, or be led to show its neighbours in another order:
// controls (C0, DEL, C1), marks of direction, ends of lines, and format characters. Pre: one valid UTF-8 sequence.
bool is_command(std::string_view sequence);

// The length of the UTF-8 sequence at the front of `text` (1..4); 0 when there is none that is valid. Pre: not empty.
std::size_t sequence_length(std::string_view text);

}  // namespace tidings::log
