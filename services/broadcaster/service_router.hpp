// Every route that the broadcaster serves. openapi.yaml documents these and no others; a test compares them.
#pragma once

#include <string>

#include "api/routes.hpp"
#include "http/server/health_routes.hpp"
#include "observe/health.hpp"

namespace tidings::broadcaster {

// `health` must outlive the router.
http::router service_router(std::string base_path, webhook_api api, const observe::health& health);

}  // namespace tidings::broadcaster
