#include "domain/text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

bool is_control(char32_t c, text_shape shape) {
    if (shape == text_shape::lines && (c == U'\t' || c == U'\n' || c == U'\r')) return false;
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

bool is_white_space(char32_t c) {
    if (c <= 0x20) return c == 0x20 || (c >= 0x09 && c <= 0x0D);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000;
}

bool turns_direction(char32_t c) { return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069); }

struct range {
    char32_t first, last;
};

// Unicode's Default_Ignorable_Code_Point, the interlinear annotation marks, and other characters without a visible
// glyph: the blanks of Braille, Egyptian hieroglyphs (with their joiners) and Khitan, and the null notehead; sorted.
constexpr std::array without_shape{
    range{0x00AD, 0x00AD},   range{0x034F, 0x034F},   range{0x061C, 0x061C},   range{0x115F, 0x1160},
    range{0x17B4, 0x17B5},   range{0x180B, 0x180F},   range{0x200B, 0x200F},   range{0x202A, 0x202E},
    range{0x2060, 0x206F},   range{0x2800, 0x2800},   range{0x3164, 0x3164},   range{0xFE00, 0xFE0F},
    range{0xFEFF, 0xFEFF},   range{0xFFA0, 0xFFA0},   range{0xFFF0, 0xFFFB},   range{0x13430, 0x13442},
    range{0x16FE4, 0x16FE4}, range{0x1BCA0, 0x1BCA3}, range{0x1D159, 0x1D159}, range{0x1D173, 0x1D17A},
    range{0xE0000, 0xE0FFF},
};

bool is_noncharacter(char32_t c) { return (c & 0xFFFEU) == 0xFFFEU || (c >= 0xFDD0 && c <= 0xFDEF); }

bool is_visible(char32_t c) {
    const auto is_in = [c](const range& r) { return c >= r.first && c <= r.last; };
    return !is_white_space(c) && !is_noncharacter(c) && std::none_of(without_shape.begin(), without_shape.end(), is_in);
}

// The first code point of well-formed UTF-8 that satisfies `is`.
template <class Predicate>
std::optional<char32_t> first_that(std::string_view text, Predicate is) {
    while (!text.empty()) {
        const auto next = text::first_code_point(text);
        if (is(next.value)) return next.value;
        text.remove_prefix(std::max<std::size_t>(next.length, 1));
    }
    return std::nullopt;
}

}  // namespace

result<std::size_t> count_code_points(std::string_view text, text_shape shape) {
    std::size_t count = 0;
    for (; !text.empty(); ++count) {
        const auto next = text::first_code_point(text);
        if (next.length == 0) return errc::text_not_utf8;
        if (is_control(next.value, shape)) return errc::text_control;
        if (turns_direction(next.value)) return errc::text_direction;
        text.remove_prefix(next.length);
    }
    return count;
}

std::string_view trim(std::string_view text) {
    std::size_t begin = text.size();
    std::size_t end = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = text::first_code_point(text.substr(at));
        const auto length = next.length == 0 ? 1 : next.length;
        if (next.length == 0 || !is_white_space(next.value)) {
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
    if (!first_that(trimmed, is_visible)) return errc::text_invisible;
    return trimmed;
}

std::string unwelcome_character(std::string_view text, text_shape shape) {
    const auto trimmed = shape == text_shape::line ? trim(text) : text;
    auto found = first_that(trimmed, [shape](char32_t c) { return is_control(c, shape) || turns_direction(c); });
    if (!found) found = first_that(trimmed, [](char32_t) { return true; });
    std::array<char, 16> name{};
    std::snprintf(name.data(), name.size(), "U+%04X", static_cast<unsigned>(found.value_or(0)));
    return name.data();
}

}  // namespace tidings::todo_be
