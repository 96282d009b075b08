// Base64 of RFC 4648, section 4: the standard alphabet, with padding.
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

}  // namespace tidings::text
