// The context of a request, passed through all layers regardless of protocol. A plain value.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "context/trace_context.hpp"

namespace tidings {

// What the principal may do, where the service has users: as its own numbers.
struct request_access {
    std::int32_t user = 1;       // who asks; 1: the only user, where there are no others
    std::uint32_t scopes = ~0U;  // one bit for each right
    std::string token;           // the id of the token by which it asks, if that is the service's own
    std::chrono::system_clock::time_point until = std::chrono::system_clock::time_point::max();  // then it is over
    std::int32_t list = 0;  // what the request is about instead of the user's own data; 0: nothing
    std::uint8_t role = 0;  // that the user must have there, for as long as it takes
};

struct request_context {
    std::string request_id;  // X-Request-Id as received (1..64 of [A-Za-z0-9._-]), else a new one
    std::string principal;   // who is asking, as the guard that authenticated it says; empty: anonymous
    request_access access;
    trace_context trace;  // our span: of the caller's trace, or of a new one
};

}  // namespace tidings
