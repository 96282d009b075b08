#include "domain/text.hpp"

#include <cstdint>

namespace tidings::todo_be {

namespace {

struct decoded {
    char32_t code = 0;
    std::size_t length = 0;  // 0: not UTF-8
};

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

decoded decode_sequence(std::string_view text, std::size_t length, char32_t first_bits, char32_t lowest) {
    if (text.size() < length) return {};
    char32_t code = first_bits;
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte_at(text, i) & 0xC0U) != 0x80U) return {};
        code = (code << 6U) | (byte_at(text, i) & 0x3FU);
    }
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (code < lowest || code > 0x10FFFF || surrogate) return {};
    return {code, length};
}

// The first code point of a text that is not empty.
decoded decode(std::string_view text) {
    const unsigned first = byte_at(text, 0);
    if (first < 0x80U) return {first, 1};
    if ((first & 0xE0U) == 0xC0U) return decode_sequence(text, 2, first & 0x1FU, 0x80);
    if ((first & 0xF0U) == 0xE0U) return decode_sequence(text, 3, first & 0x0FU, 0x800);
    if ((first & 0xF8U) == 0xF0U) return decode_sequence(text, 4, first & 0x07U, 0x10000);
    return {};
}

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7F && c <= 0x9F); }

bool is_white_space(char32_t c) {
    if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0D);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

}  // namespace

result<std::size_t> count_code_points(std::string_view text) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto next = decode(text);
        if (next.length == 0) return errc::text_not_utf8;
        if (is_control(next.code)) return errc::text_control;
        text.remove_prefix(next.length);
    }
    return count;
}

std::string_view trim(std::string_view text) {
    std::size_t begin = text.size();
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = decode(text.substr(at));
        const auto length = next.length == 0 ? 1 : next.length;
        if (next.length == 0 || !is_white_space(next.code)) {
            if (begin > at) begin = at;
            end = at + length;
        }
        at += length;
    }
    return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

result<std::string_view> clean_text(std::string_view text, std::size_t most, errc empty, errc too_long) {
    const auto trimmed = trim(text);
    if (trimmed.empty()) return empty;
    const auto count = count_code_points(trimmed);
    if (!count) return count.error();
    if (*count > most) return too_long;
    return trimmed;
}

}  // namespace tidings::todo_be
