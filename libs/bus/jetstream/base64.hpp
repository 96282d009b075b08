// Standard base64 (RFC 4648, section 4), as JetStream's message API uses it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidings::bus {

// nullopt when it is not base64.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace tidings::bus
