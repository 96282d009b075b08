// The operators' view of the webhooks, under /api/webhooks: endpoints and their state, attempts, dead letters and their
// replay.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bus/connection/connection.hpp"
#include "domain/endpoint_status.hpp"
#include "domain/replay_seals.hpp"
#include "http/server/router.hpp"

namespace tidings::broadcaster {

struct webhook_api {
    bus::connection& bus;
    std::string stream;  // of the events: where replays go
    replay_seals& seals;
    std::string token;  // bearer; empty: open
    std::function<std::vector<endpoint_status>()> endpoints;
    std::shared_ptr<std::size_t> open_lists = std::make_shared<std::size_t>(0);  // of dead letters, being sent
};

// GET  /api/webhooks/endpoints                       each with its state; never a secret
// GET  /api/webhooks/attempts?before=&limit=         newest first
// GET  /api/webhooks/dead-letters?after=&limit=      oldest first
// POST /api/webhooks/dead-letters/{sequence}/replay  publishes the event to its endpoint again, then forgets the dead
// letter
void add_webhook_routes(http::router& r, webhook_api api);

}  // namespace tidings::broadcaster
