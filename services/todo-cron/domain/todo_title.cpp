#include "domain/todo_title.hpp"

#include <algorithm>
#include <cstdint>

namespace tidings::todo_cron {

namespace {

constexpr std::string_view beginning = "Read ";
constexpr std::string_view ellipsis = "…";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// The byte that "%XX" at the front of `text` stands for; nothing when there is none.
std::optional<unsigned char> escaped_byte(std::string_view text) {
    if (text.size() < 3 || text[0] != '%') return std::nullopt;
    const int high = hex_value(text[1]);
    const int low = hex_value(text[2]);
    if (high < 0 || low < 0) return std::nullopt;
    return static_cast<unsigned char>(high * 16 + low);
}

struct range {
    char32_t first, last;
};
// C1 controls and no-break space, other white space, format and direction marks, surrogates, private use,
// noncharacters and everything from plane 14 on.
constexpr range kept_escaped[] = {{0x80, 0xA0},     {0xAD, 0xAD},       {0x61C, 0x61C},   {0x1680, 0x1680},
                                  {0x180E, 0x180E}, {0x2000, 0x200F},   {0x2028, 0x202F}, {0x205F, 0x206F},
                                  {0x3000, 0x3000}, {0xD800, 0xF8FF},   {0xFDD0, 0xFDEF}, {0xFEFF, 0xFEFF},
                                  {0xFFF0, 0xFFFF}, {0xE0000, 0x10FFFF}};

bool is_readable(char32_t c) {
    return std::ranges::none_of(kept_escaped, [c](const range& r) { return c >= r.first && c <= r.last; });
}

// The length of a UTF-8 sequence by its first byte, and the smallest code point that needs that length.
struct sequence {
    std::size_t length;
    char32_t smallest;
};
std::optional<sequence> sequence_of(unsigned char first) {
    if (first >= 0xC2 && first <= 0xDF) return sequence{2, 0x80};
    if (first >= 0xE0 && first <= 0xEF) return sequence{3, 0x800};
    if (first >= 0xF0 && first <= 0xF4) return sequence{4, 0x10000};
    return std::nullopt;
}

// The UTF-8 of one readable character outside ASCII that is percent-encoded at the front of `text`; empty when there is
// none.
std::string readable_character(std::string_view text) {
    const auto first = escaped_byte(text);
    if (!first) return {};
    const auto shape = sequence_of(*first);
    if (!shape) return {};
    std::string bytes{static_cast<char>(*first)};
    char32_t code = *first & (0xFFU >> (shape->length + 1));
    for (std::size_t i = 1; i < shape->length; ++i) {
        const auto next = escaped_byte(text.substr(std::min(3 * i, text.size())));
        if (!next || (*next & 0xC0) != 0x80) return {};
        bytes += static_cast<char>(*next);
        code = code << 6 | (*next & 0x3FU);
    }
    return code >= shape->smallest && code <= 0x10FFFF && is_readable(code) ? bytes : std::string();
}

// Where the first `count` code points end.
std::size_t end_of(std::string_view utf8, std::size_t count) {
    std::size_t at = 0;
    for (; at < utf8.size(); ++at)
        if ((utf8[at] & 0xC0) != 0x80 && count-- == 0) return at;
    return at;
}

}  // namespace

std::size_t count_code_points(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string iri_of(std::string_view url) {
    std::string out;
    while (!url.empty()) {
        const std::string character = readable_character(url);
        if (character.empty()) {
            out += url.front();
            url.remove_prefix(1);
        } else {
            out += character;
            url.remove_prefix(3 * character.size());
        }
    }
    return out;
}

std::optional<std::string> title_for(std::string_view url) {
    for (const std::string& address : {std::string(url), iri_of(url)}) {
        std::string title = std::string(beginning) + address;
        if (count_code_points(title) <= longest_title) return title;
    }
    return std::nullopt;
}

std::string cut_title(std::string_view url) {
    if (auto whole = title_for(url)) return *whole;
    std::string title = std::string(beginning) + iri_of(url);
    title.resize(end_of(title, longest_title - 1));
    // Half of an escape would be noise.
    const std::size_t escape = title.find_last_of('%');
    if (escape != std::string::npos && escape + 3 > title.size()) title.resize(escape);
    return title.append(ellipsis);
}

}  // namespace tidings::todo_cron
