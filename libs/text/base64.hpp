// Base64 of RFC 4648: the standard alphabet with padding (section 4), and that of URLs without (section 5).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tidings::text {

void append_base64(std::string& out, std::span<const std::uint8_t> bytes);

// Nothing when the text has a character outside the alphabet (white space included), wrong padding, or more than
// `longest` bytes.
std::optional<std::string> decode_base64(std::string_view text, std::size_t longest = std::size_t{64} * 1024);

// The alphabet of URLs, as JOSE writes it (RFC 7515, 2). Nothing when the text has any other character (padding
// included), could be written otherwise (bits after the last byte), or has more than `longest` bytes.
std::optional<std::string> decode_base64url(std::string_view text, std::size_t longest = std::size_t{64} * 1024);

}  // namespace tidings::text
