// The operators' view of the webhooks, under /api/webhooks: endpoints and their state, attempts, dead letters and their
// replay.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "api/replay.hpp"
#include "bus/connection/connection.hpp"
#include "domain/endpoint_status.hpp"
#include "domain/endpoint_store.hpp"
#include "domain/test_result.hpp"
#include "http/server/router.hpp"

namespace tidings::broadcaster {

// Names of the endpoints to which :test is sending webhooks, one for each.
using open_tests = std::multiset<std::string>;

struct webhook_api {
    bus::connection& bus;
    replay_links replays;
    std::string token;  // bearer; empty: open
    endpoint_store* endpoints = nullptr;
    std::function<std::optional<endpoint_status>(std::string_view name)> status{};  // nothing: it is not at work here
    std::function<runtime::task<test_result>(endpoint)> test{};                     // sends one webhook
    std::function<std::vector<std::string>(const endpoint&)> warnings{};            // for people
    std::function<runtime::task<>(std::string stream)> look_at_source{};  // before the warnings of one that was changed
    std::shared_ptr<std::size_t> open_lists = std::make_shared<std::size_t>(0);  // of dead letters, being sent
    std::shared_ptr<broadcaster::open_tests> open_tests = std::make_shared<broadcaster::open_tests>();
};

// Whoever has the token, or anyone without one.
http::route_options reading_options(const webhook_api& api);
// A token that no other site has is enough; without one any page could have its visitors' browsers post here.
http::route_options writing_options(const webhook_api& api);

// No cache may keep what was delivered to whom. Problems say so themselves.
http::response uncached(http::response r);

// /api/webhooks/endpoints, .../{name}, .../{name}:test and so on: see api/endpoint_routes.hpp
// GET  /api/webhooks/attempts?before=&limit=         newest first
// GET  /api/webhooks/dead-letters?after=&limit=      oldest first
// POST /api/webhooks/dead-letters/{sequence}/replay  delivers the event to its endpoint again, then forgets the dead
// letter
void add_webhook_routes(http::router& r, webhook_api api);

}  // namespace tidings::broadcaster
