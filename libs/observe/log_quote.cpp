#include "observe/log_quote.hpp"

#include <algorithm>

namespace tidings::log {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

void append_hex(std::string& out, std::string_view prefix, unsigned char byte) {
    out += prefix;
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 0xF];
}

void append_ascii(std::string& out, char c) {
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\r':
            out += "\\r";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    // DEL is legal in JSON, but a terminal may act on it.
    if (byte < 0x20 || byte == 0x7F) return append_hex(out, "\\u00", byte);
    out += c;
}

bool continues(std::string_view text, std::size_t from, std::size_t to) {
    if (text.size() < to) return false;
    return std::ranges::all_of(text.substr(from, to - from), [](char c) { return (c & 0xC0) == 0x80; });
}

// As UTF-16, which is how JSON escapes it.
void append_escape(std::string& out, char32_t c) {
    append_hex(out, "\\u", static_cast<unsigned char>(c >> 8));
    append_hex(out, "", static_cast<unsigned char>(c & 0xFF));
}

// The code point of a valid sequence of two or three bytes; the longer ones command nothing.
char32_t code_point(std::string_view sequence) {
    char32_t c = static_cast<unsigned char>(sequence[0]) & (sequence.size() == 2 ? 0x1FU : 0x0FU);
    for (const char next : sequence.substr(1))
        c = (c << 6) | (static_cast<unsigned char>(next) & 0x3FU);
    return c;
}

bool is_plain(char c) { return c > 0x20 && c < 0x7F && c != '"' && c != '=' && c != '\\'; }

}  // namespace

// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t sequence_length(std::string_view text) {
    const auto first = static_cast<unsigned char>(text[0]);
    if (first < 0x80) return 1;
    const auto second = text.size() > 1 ? static_cast<unsigned char>(text[1]) : 0U;
    if (first >= 0xC2 && first <= 0xDF) return continues(text, 1, 2) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const bool overlong = first == 0xE0 && second < 0xA0;
        const bool surrogate = first == 0xED && second >= 0xA0;
        return continues(text, 1, 3) && !overlong && !surrogate ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const bool overlong = first == 0xF0 && second < 0x90;
        const bool too_high = first == 0xF4 && second >= 0x90;
        return continues(text, 1, 4) && !overlong && !too_high ? 4 : 0;
    }
    return 0;
}

bool is_command(std::string_view sequence) {
    if (sequence.size() > 3) return false;
    const char32_t c = sequence.size() == 1 ? static_cast<unsigned char>(sequence[0]) : code_point(sequence);
    return c < 0x20 || (c >= 0x7F && c < 0xA0) ||  // controls: C0, DEL, C1
           c == 0x061C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x206F) ||
           c == 0x2028 || c == 0x2029 ||                 // ends of lines
           c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB);  // without a look of their own
}

void append_quoted(std::string& out, std::string_view text) {
    out += '"';
    const std::size_t limit = std::min(text.size(), longest_value);
    std::size_t at = 0;
    while (at < limit) {
        const std::size_t length = sequence_length(text.substr(at));
        if (at + length > limit) break;
        if (length == 0) {
            append_hex(out, "\\\\x", static_cast<unsigned char>(text[at]));
        } else if (length == 1) {
            append_ascii(out, text[at]);
        } else if (is_command(text.substr(at, length))) {
            append_escape(out, code_point(text.substr(at, length)));
        } else {
            out.append(text, at, length);
        }
        at += std::max<std::size_t>(length, 1);
    }
    out += at < text.size() ? "…\"" : "\"";
}

std::string printable(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t length = sequence_length(text.substr(at));
        if (length == 0 || is_command(text.substr(at, length))) {
            out += '.';
        } else {
            out.append(text, at, length);
        }
        at += std::max<std::size_t>(length, 1);
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
