// Bodies in a content coding (RFC 9110, 8.4.1). Internal to libs/http/server.
#pragma once

#include <string>
#include <string_view>

#include "http/message/coding.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

// At the fastest level. The loop does other work after every 64 KiB, which take about half a millisecond. `body` must
// stay until then. Throws std::runtime_error when there is no memory. Pre: `c` is not identity.
runtime::task<std::string> compressed(coding c, std::string_view body);

}  // namespace tidings::http
