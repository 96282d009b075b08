// Text as people type it: UTF-8 checked, white space around it dropped, measured in code points.
#pragma once

#include <cstddef>
#include <string_view>

#include "domain/errc.hpp"

namespace tidings::todo_be {

// The number of code points. Fails with text_not_utf8 (Unicode 15, table 3-7: no overlong forms, no surrogates) or with
// text_control (C0, DEL and C1).
result<std::size_t> count_code_points(std::string_view text);

// Without the characters of Unicode's White_Space property at both ends. Bytes that are not UTF-8 stay.
std::string_view trim(std::string_view text);

// The trimmed text. Fails as count_code_points does, with `empty` when nothing is left, or with `too_long`.
result<std::string_view> clean_text(std::string_view text, std::size_t most, errc empty, errc too_long);

}  // namespace tidings::todo_be
