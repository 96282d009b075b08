#include "text/json_text.hpp"

namespace tidings::events {

namespace {

bool must_be_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void append_escaped(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789abcdef";
    switch (c) {
        case '"':
            out += "\\\"";
            return;
        case '\\':
            out += "\\\\";
            return;
        case '\b':
            out += "\\b";
            return;
        case '\f':
            out += "\\f";
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
    out += "\\u00";
    out += digits[static_cast<unsigned char>(c) >> 4];
    out += digits[static_cast<unsigned char>(c) & 0xF];
}

// Looks at every character, so that the compiler can look at many at once.
bool is_plain(std::string_view text) {
    bool escape = false;
    for (const char c : text)
        escape |= must_be_escaped(c);
    return !escape;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t copied = 0;
    if (is_plain(text)) {  // nearly always
        out.append(text).push_back('"');
        return;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!must_be_escaped(text[i])) continue;
        out.append(text, copied, i - copied);
        append_escaped(out, text[i]);
        copied = i + 1;
    }
    out.append(text, copied);
    out += '"';
}

}  // namespace tidings::events
