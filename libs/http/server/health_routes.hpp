// The health endpoints that every service has.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/server/router.hpp"

namespace tidings::http {

// GET /livez, /healthz and /health/live answer 200 as long as the process runs; GET /readyz, /health and /health/ready
// 200 or 503 by `ready`; each with `?verbose` the text of `verbose`. `aliases` are other paths that answer as /readyz
// does ("/be-health"), but never verbosely: gateways lead there, and anybody may ask. The header Tidings-Commit says
// what answers: a deployment waits for it. All of them answer for any host: probes use no host name.
void add_health_routes(router& r, std::function<bool()> ready, std::function<std::string()> verbose,
                       const std::vector<std::string>& aliases = {});

}  // namespace tidings::http
