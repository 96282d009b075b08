// The context of a request, passed through all layers regardless of protocol. A plain value.
#pragma once

#include <string>

#include "context/trace_context.hpp"

namespace tidings {

struct request_context {
    std::string request_id;  // X-Request-Id as received (1..64 of [A-Za-z0-9._-]), else a new one
    std::string principal;   // who is asking, as the guard that authenticated it says; empty: anonymous
    trace_context trace;     // our span: of the caller's trace, or of a new one
};

}  // namespace tidings
