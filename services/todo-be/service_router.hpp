// Every route that todo-be serves. openapi.yaml documents these and no others; a test compares them.
#pragma once

#include <string>

#include "api/todo_routes.hpp"
#include "http/server/health_routes.hpp"
#include "observe/health.hpp"

namespace tidings::todo_be {

// `api` and `health` must outlive the router.
http::router service_router(std::string base_path, todo_routes& api, const observe::health& health);

}  // namespace tidings::todo_be
