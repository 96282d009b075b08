// Finds out every few seconds how much waits for each endpoint that is delivered to here, and since when:
// broadcaster_endpoint_pending and broadcaster_oldest_pending_seconds; and whether its stream is there at all: without
// it the endpoint has no owner.
#pragma once

#include "bus/connection/connection.hpp"
#include "delivery/fleet.hpp"

namespace tidings::broadcaster {

// Works until cancelled. Both must outlive it.
runtime::task<> watch_backlogs(fleet& f, bus::connection& c);

}  // namespace tidings::broadcaster
