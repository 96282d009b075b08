// Text as people type it: UTF-8 checked, white space around it dropped, measured in code points.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "domain/errc.hpp"

namespace tidings::todo_be {

enum class text_shape {
    line,   // no control characters
    lines,  // but tabs and line breaks
};

// The number of code points. Fails with text_not_utf8 (Unicode 15, table 3-7: no overlong forms, no surrogates), with
// text_control (C0, DEL and C1), or with text_direction (embeddings, overrides and isolates: U+202A..202E, 2066..2069).
result<std::size_t> count_code_points(std::string_view text, text_shape shape = text_shape::line);

// Without the characters of Unicode's White_Space property at both ends. Bytes that are not UTF-8 stay.
std::string_view trim(std::string_view text);

// The trimmed text. Fails as count_code_points does, with `empty` when nothing is left, with `too_long`, or with
// text_invisible when it consists only of white space, noncharacters and characters without a shape.
result<std::string_view> clean_text(std::string_view text, std::size_t most, errc empty, errc too_long);

// The character for which clean_text or count_code_points fails with text_control, text_direction or text_invisible:
// "U+200B".
std::string unwelcome_character(std::string_view text, text_shape shape = text_shape::line);

}  // namespace tidings::todo_be
