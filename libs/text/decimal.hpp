// Numbers as decimal text, independent of any locale.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::text {

// Appends the shortest text that reads back as `value`: "-7", "0.25". Pre: a floating-point value is finite.
template <class Number>
    requires(std::integral<Number> || std::floating_point<Number>)
void append_number(std::string& out, Number value) {
    char digits[40];
    out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

// The whole of `text` as a number: digits, for a signed type with a '-' before them. Nothing when the text is empty,
// has any other character (white space and '+' included), or the number does not fit. A floating-point number may have
// a fraction and an exponent, and is the nearest to the text; "inf" and "nan" are numbers then.
template <class Number>
    requires(std::integral<Number> || std::floating_point<Number>)
std::optional<Number> parse_number(std::string_view text) {
    Number value{};
    const char* const begin = text.data();
    const char* const end = begin + text.size();
    const auto [rest, failure] = std::from_chars(begin, end, value);
    if (failure != std::errc() || rest != end) return std::nullopt;
    return value;
}

}  // namespace tidings::text
