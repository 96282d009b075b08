// The endpoints that the configuration names: the YAML list `endpoints` and the pair WEBHOOK_URL, WEBHOOK_SECRET.
#pragma once

#include <vector>

#include "config/reader.hpp"
#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

// Whether webhooks could be sent there.
bool usable_url(std::string_view url);

// Reads both; problems are recorded in `in` and thrown by its finish(). `allow_private` is the default for endpoints
// that do not set their own.
std::vector<endpoint> read_endpoints(config::reader& in, bool allow_private);

}  // namespace tidings::broadcaster
