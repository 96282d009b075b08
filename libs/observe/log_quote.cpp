#include "observe/log_quote.hpp"

#include <algorithm>

#include "text/hex.hpp"
#include "text/json_string.hpp"
#include "text/utf8.hpp"

namespace tidings::log {

namespace {

// Whether a terminal may act on a character instead of showing it, or be led to show its neighbours in another order.
bool is_command(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ||  // controls: C0, DEL, C1
           c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x206F) ||
           c == 0x2028 || c == 0x2029 ||                 // ends of lines
           c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB);  // invisible format characters
}

bool must_be_escaped(char32_t c) { return c == '"' || c == '\\' || is_command(c); }

bool is_plain(char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '=' && c != '\\'; }

}  // namespace

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    const std::size_t limit = std::min(text.size(), longest_value);
    std::size_t at = 0;
    while (at < limit) {
        const auto next = text::first_code_point(text.substr(at));
        if (at + next.length > limit) break;
        if (next.length == 0) {
            text::append_hex(out += "\\\\x", static_cast<std::uint8_t>(text[at]));
        } else if (must_be_escaped(next.value)) {
            text::append_json_escape(out, next.value);
        } else {
            out.append(text, at, next.length);
        }
        at += std::max<std::size_t>(next.length, 1);
    }
    out += at < text.size() ? "…\"" : "\"";
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const auto next = text::first_code_point(text.substr(at));
        if (next.length == 0 || is_command(next.value)) {
            out += '.';
        } else {
            out.append(text, at, next.length);
        }
        at += std::max<std::size_t>(next.length, 1);
    }
    return out;
}

void append_word(std::string& out, std::string_view text) {
    if (!text.empty() && text.size() <= longest_value && std::ranges::all_of(text, is_plain)) {
        out += text;
    } else {
        append_quoted(out, text);
    }
}

}  // namespace tidings::log
