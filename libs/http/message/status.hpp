// Status codes (RFC 9110, 15; the IANA registry).
#pragma once

#include <string_view>

namespace tidings::http {

// The standard phrase of a status code: 404 -> "Not Found"; "Unknown" for a code without one.
std::string_view reason_phrase(unsigned status);

// 1xx, 204 and 304 have neither body nor length (RFC 9110, 6.4.1).
bool may_have_body(unsigned status);

}  // namespace tidings::http
