// Hexadecimal digits: read in either case, written in lower case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::text {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

// 0..15; nothing when `c` is not a hexadecimal digit.
constexpr std::optional<std::uint8_t> hex_value(char c) {
    if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
    return std::nullopt;
}

// The byte encoded by the first two characters.
constexpr std::optional<std::uint8_t> parse_hex_byte(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    const auto high = hex_value(text[0]);
    const auto low = hex_value(text[1]);
    if (!high || !low) return std::nullopt;
    return static_cast<std::uint8_t>(*high << 4 | *low);
}

inline void append_hex(std::string& out, std::uint8_t byte) {
    out += hex_digits[byte >> 4];
    out += hex_digits[byte & 0xF];
}

// Of bytes, all of them.
template <class Bytes>
std::string hex(const Bytes& bytes) {
    std::string out;
    for (const std::uint8_t byte : bytes)
        append_hex(out, byte);
    return out;
}

}  // namespace tidings::text
