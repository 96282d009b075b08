// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once

#include <cstddef>
#include <string_view>

namespace tidings::text {

struct code_point {
    char32_t value = 0;
    std::size_t length = 0;  // bytes; 0: not UTF-8
};

// The code point at the front of `text`. Pre: `text` is not empty.
code_point first_code_point(std::string_view text);

bool is_utf8(std::string_view text);

// Whether a byte goes on with the code point of those before it.
constexpr bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// Pre: is_utf8(text).
std::size_t count_code_points(std::string_view text);

// The beginning of at most `longest` bytes, not cut within a code point.
std::string_view shortened(std::string_view text, std::size_t longest);

}  // namespace tidings::text
