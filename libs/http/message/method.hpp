// Request methods (RFC 9110, 9.1).
#pragma once

#include <string_view>

namespace tidings::http {

enum class method { get, head, post, put, patch, delete_, options, trace, connect, other };

// "GET"; "other" for any other method.
std::string_view to_string(method m);

}  // namespace tidings::http
