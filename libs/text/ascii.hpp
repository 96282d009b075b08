// ASCII text of protocols: case, white space and classes of characters, independent of any locale. Other bytes are
// never letters, digits or white space.
#pragma once

#include <string>
#include <string_view>

namespace tidings::text {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }
constexpr bool is_letter(char c) { return to_lower(c) >= 'a' && to_lower(c) <= 'z'; }
constexpr bool is_letter_or_digit(char c) { return is_letter(c) || is_digit(c); }

std::string lowered(std::string_view text);

// Equal but for the case of letters.
bool iequals(std::string_view a, std::string_view b);
bool istarts_with(std::string_view text, std::string_view prefix);

// Not empty, and nothing but decimal digits.
bool all_digits(std::string_view text);

// Without spaces, tabs, CR and LF at both ends.
std::string_view trim(std::string_view text);

}  // namespace tidings::text
