// Bytes that a name may not hold, as a mark and two hexadecimal digits: percent-encoding (RFC 3986) with any mark.
#pragma once

#include <string>
#include <string_view>

namespace tidings::text {

// `plain`: whether a character stays as it is; never for `mark`, or two texts could come out the same.
template <class Plain>
void append_escaped(std::string& out, std::string_view text, char mark, Plain plain) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (plain(c) && c != mark) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += mark;
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
}

}  // namespace tidings::text
