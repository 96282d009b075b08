// Asks JetStream every few seconds how much waits for each endpoint and since when: broadcaster_endpoint_pending and
// broadcaster_oldest_pending_seconds. Several replicas report the same figures.
#pragma once

#include <vector>

#include "delivery/delivery_line.hpp"
#include "delivery/links.hpp"

namespace tidings::broadcaster {

// Works until cancelled. The lines must outlive it.
runtime::task<> watch_backlogs(links& l, std::vector<delivery_line*> lines);

}  // namespace tidings::broadcaster
