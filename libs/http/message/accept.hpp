// What a client takes: Accept and Accept-Encoding with their weights (RFC 9110, 12.4.2, 12.5.1, 12.5.3). A header that
// is not well-formed is passed over.
#pragma once

#include <span>
#include <string_view>

namespace tidings::http {

// Whether the client takes one of `types` ("application/json"). Ranges' own parameters are passed over.
bool takes_one_of(std::span<const std::string_view> types, std::string_view accept);

enum class coding { identity, gzip, zstd };
std::string_view to_string(coding c);

// The coding that the client likes best: of equals zstd, then gzip. `identity` where it asks for none, and where coding
// is not `worthwhile`, unless it refuses that.
coding choose_coding(std::string_view accept_encoding, bool worthwhile);

}  // namespace tidings::http
