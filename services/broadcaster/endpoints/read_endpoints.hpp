// The endpoints that the configuration names: the YAML list `endpoints` and the pair WEBHOOK_URL, WEBHOOK_SECRET.
#pragma once

#include <vector>

#include "config/reader.hpp"
#include "domain/endpoint.hpp"

namespace tidings::broadcaster {

// Reads both; what is wrong is noted in `in` and comes out of its finish(). `allow_private` is the default for
// endpoints that say nothing about private addresses themselves.
std::vector<endpoint> read_endpoints(config::reader& in, bool allow_private);

}  // namespace tidings::broadcaster
