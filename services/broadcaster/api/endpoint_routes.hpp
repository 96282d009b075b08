// The endpoints under /api/webhooks/endpoints: read, made, changed, removed, and made to work again.
#pragma once

#include <memory>

#include "api/routes.hpp"

namespace tidings::broadcaster {

// GET, POST                  /api/webhooks/endpoints
// GET, PUT, PATCH, DELETE    /api/webhooks/endpoints/{name}             ETag, If-Match, If-None-Match
// POST                       /api/webhooks/endpoints/{name}:enable      and :disable, :resume
// POST                       /api/webhooks/endpoints/{name}:test        sends one webhook, answers what came of it
void add_endpoint_routes(http::router& r, const std::shared_ptr<const webhook_api>& api);

}  // namespace tidings::broadcaster
