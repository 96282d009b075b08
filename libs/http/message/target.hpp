// The request target (RFC 9112, 3.2) taken apart: path and query, percent-decoded (RFC 3986, 2.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message/request.hpp"

namespace tidings::http {

// "/a%20b?c" -> "/a%20b". Also handles the absolute form ("http://host/a" -> "/a"), which RFC 9112 requires of servers.
// Empty when the target has no path that begins with a slash.
std::string_view raw_path(std::string_view target);

// Whom the request is for: the authority of an absolute target, else the Host header (RFC 9112, 3.2.2).
std::string_view host_of(const request& r);

// Nothing when a % is not followed by two hex digits, or when the result contains a NUL or is not UTF-8: neither can be
// stored, and no legitimate client sends them. `plus_is_space` is the rule of HTML forms, which applies to queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

// Sets path and query from the target. False when one of them is not well-formed, or an absolute form names no host.
bool parse_target(request& r);

}  // namespace tidings::http
