// The codings that a content can be sent in, and which one a client likes (Accept-Encoding: RFC 9110, 12.5.3).
#pragma once

#include <string_view>

namespace tidings::http {

enum class coding { identity, gzip, zstd };
std::string_view to_string(coding c);

// The coding that the client likes best: of equals zstd, then gzip. `identity` where it asks for none, and where coding
// is not `worthwhile`, unless it refuses that. A header that is not well-formed is passed over.
coding choose_coding(std::string_view accept_encoding, bool worthwhile);

}  // namespace tidings::http
