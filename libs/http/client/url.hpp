// The URL of an endpoint, taken apart (RFC 3986, RFC 9110 section 4.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::http {

struct url_parts {
    std::string scheme;  // "http" or "https"
    std::string host;    // without brackets
    std::uint16_t port = 0;
    std::string target;       // path and query, at least "/"
    std::string host_header;  // host[:port unless default]
};
// Nothing unless it is an absolute http or https URL without user information and fragment.
std::optional<url_parts> parse_url(std::string_view text);

}  // namespace tidings::http
