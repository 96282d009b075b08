// Where a request goes, decided from its head alone. Pure, but for what the guards do. Internal to libs/http/server.
#pragma once

#include <chrono>
#include <optional>

#include "http/server/server_context.hpp"

namespace tidings::http {

struct destination {
    const http::route* route = nullptr;
    // A guard's response, or that of a missing route; the handler is not called.
    std::optional<response> answered;
};

// Sets path, params and query of `r`.
destination find_destination(request& r, const router& routes, const server_options& options);

struct exchange_limits {
    std::size_t body;
    std::chrono::milliseconds body_timeout;
    std::chrono::milliseconds handler_timeout;
};
// The route's own limits where set, else the server's. The route's deadlines apply only to admitted requests.
exchange_limits limits_of(const destination& d, const server_options& options);

}  // namespace tidings::http
