#include "text/utf8.hpp"

#include <algorithm>

namespace tidings::text {

namespace {

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

code_point sequence(std::string_view text, std::size_t length, char32_t first_bits, char32_t lowest) {
    if (text.size() < length) return {};
    char32_t value = first_bits;
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(text[i])) return {};
        value = value << 6U | (byte_at(text, i) & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < lowest || value > 0x10FFFF || surrogate) return {};
    return {value, length};
}

}  // namespace

code_point first_code_point(std::string_view text) {
    const unsigned first = byte_at(text, 0);
    if (first < 0x80U) return {first, 1};
    if ((first & 0xE0U) == 0xC0U) return sequence(text, 2, first & 0x1FU, 0x80);
    if ((first & 0xF0U) == 0xE0U) return sequence(text, 3, first & 0x0FU, 0x800);
    if ((first & 0xF8U) == 0xF0U) return sequence(text, 4, first & 0x07U, 0x10000);
    return {};
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = first_code_point(text).length;
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t count_code_points(std::string_view text) {
    return text.size() - static_cast<std::size_t>(std::ranges::count_if(text, is_continuation));
}

std::string_view shortened(std::string_view text, std::size_t longest) {
    if (text.size() <= longest) return text;
    while (longest > 0 && is_continuation(text[longest]))
        --longest;
    return text.substr(0, longest);
}

}  // namespace tidings::text
