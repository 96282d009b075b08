// The operators' view of the webhooks, under /api/webhooks: endpoints and their state, attempts, dead letters and their
// replay.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bus/connection.hpp"
#include "domain/endpoint_status.hpp"
#include "http/router.hpp"

namespace tidings::broadcaster {

struct webhook_api {
    bus::connection& bus;
    std::string token;  // bearer; empty: open
    std::function<std::vector<endpoint_status>()> endpoints;
};

// GET  /api/webhooks/endpoints                       each with its state; never a secret
// GET  /api/webhooks/attempts?before=&limit=         newest batch first
// GET  /api/webhooks/dead-letters?after=&limit=      oldest first
// POST /api/webhooks/dead-letters/{sequence}/replay  publishes the event to its endpoint again, then forgets the dead
// letter
void add_webhook_routes(http::router& r, webhook_api api);

}  // namespace tidings::broadcaster
