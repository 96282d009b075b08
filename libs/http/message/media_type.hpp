// What a body is said to be (RFC 9110, 8.3 and 8.4).
#pragma once

#include <string_view>

namespace tidings::http {

// Content-Type: `type` in any case, with any parameters, of which charset must be UTF-8. Empty parameters
// ("application/json;") are skipped (5.6.6).
bool media_type_is(std::string_view content_type, std::string_view type);

// Content-Type: application/json, and application/merge-patch+json when `patch`; parameters as above.
bool media_type_fits(std::string_view content_type, bool patch);

// Content-Encoding: none, or only `identity`.
bool content_coding_fits(std::string_view content_encoding);

}  // namespace tidings::http
