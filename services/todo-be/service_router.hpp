// Every route that todo-be serves. openapi.yaml documents these and no others; a test compares them.
#pragma once

#include <string>

#include "api/access/token_routes.hpp"
#include "api/event_routes.hpp"
#include "api/lists/list_routes.hpp"
#include "api/todo_routes.hpp"
#include "http/server/health_routes.hpp"
#include "observe/health.hpp"

namespace tidings::todo_be {

// `api`, `events` and `health` must outlive the router.
http::router service_router(std::string base_path, todo_routes& api, event_routes& events, token_routes& tokens,
                            list_routes& lists, const observe::health& health);

}  // namespace tidings::todo_be
