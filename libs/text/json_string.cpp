#include "text/json_string.hpp"

#include "text/hex.hpp"
#include "text/utf8.hpp"

namespace tidings::text {

namespace {

bool must_be_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// Looks at every character, so that the compiler can look at many in one instruction.
bool is_plain(std::string_view text) {
    bool escape = false;
    for (const char c : text)
        escape |= must_be_escaped(c);
    return !escape;
}

}  // namespace

void append_json_escape(std::string& out, char32_t c) {
    constexpr std::u32string_view characters = U"\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    out += '\\';
    if (const auto at = characters.find(c); at != std::u32string_view::npos) {
        out += letters[at];
        return;
    }
    out += 'u';
    append_hex(out, static_cast<std::uint8_t>(c >> 8));
    append_hex(out, static_cast<std::uint8_t>(c & 0xFF));
}

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    if (is_plain(text)) {  // nearly always
        out.append(text).push_back('"');
        return;
    }
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!must_be_escaped(text[i])) continue;
        out.append(text, copied, i - copied);
        append_json_escape(out, static_cast<unsigned char>(text[i]));
        copied = i + 1;
    }
    out.append(text, copied);
    out += '"';
}

std::string json_pointer_to(std::string_view member) {
    constexpr std::size_t longest = 60;
    std::string pointer = "/";
    for (const char c : member) {
        if (pointer.size() >= longest && !is_continuation(c)) return pointer + "...";
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

}  // namespace tidings::text
