// Which media types a client takes (RFC 9110, 12.5.1).
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace tidings::http {

// The one of `offered` that `accept` likes best; of equal ones the first. Nothing when it takes none of them; an empty
// header takes any. A range counts with the quality of the most specific one that fits; what is malformed is passed
// over.
std::optional<std::size_t> preferred(std::string_view accept, std::span<const std::string_view> offered);

}  // namespace tidings::http
