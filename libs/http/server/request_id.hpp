// The name that one request carries through the logs (X-Request-Id).
#pragma once

#include <string>

namespace tidings::http {

// 16 hex digits, unlike those of any other process with near certainty. Not for secrets.
std::string new_request_id();

}  // namespace tidings::http
