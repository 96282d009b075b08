// The name that one request carries through the logs (X-Request-Id).
#pragma once

#include <string>

#include "http/message/request.hpp"

namespace tidings::http {

// 16 hex digits, unlike those of any other process with near certainty. Not for secrets.
std::string new_request_id();

// Gives a request its id, unless it came with one, and its span: of the trace that the client names, or of a new one.
void complete(request& r);

}  // namespace tidings::http
