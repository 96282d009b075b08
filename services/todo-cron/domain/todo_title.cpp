#include "domain/todo_title.hpp"

#include <algorithm>

#include "text/hex.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_cron {

namespace {

constexpr std::string_view beginning = "Read ";
constexpr std::string_view ellipsis = "…";

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

// The UTF-8 of one readable character outside ASCII that is percent-encoded at the front of `text`; empty when there is
// none.
std::string readable_character(std::string_view text) {
    constexpr std::size_t longest_sequence = 4;
    std::string bytes;
    while (bytes.size() < longest_sequence && text.starts_with('%')) {
        const auto byte = text::parse_hex_byte(text.substr(1));
        if (!byte) break;
        bytes += static_cast<char>(*byte);
        text.remove_prefix(3);
    }
    if (bytes.empty()) return {};
    const auto c = text::first_code_point(bytes);
    return c.length > 1 && is_readable(c.value) ? bytes.substr(0, c.length) : std::string();
}

// Where the first `count` code points end.
std::size_t end_of(std::string_view utf8, std::size_t count) {
    std::size_t at = 0;
    for (; at < utf8.size(); ++at)
        if (!text::is_continuation(utf8[at]) && count-- == 0) return at;
    return at;
}

}  // namespace

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
        if (text::count_code_points(title) <= longest_title) return title;
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
