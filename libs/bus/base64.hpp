// Base64 (RFC 4648, section 4) as JetStream's JSON uses it for payloads.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidings::bus {

// Nothing when the text is not padded base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace tidings::bus
