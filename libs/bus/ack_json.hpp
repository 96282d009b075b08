// The stream's answer to a publish: {"stream":"X","seq":12} or {"stream":"X","seq":12,"duplicate":true} or
// {"error":{...}}.
#pragma once

#include "bus/publisher.hpp"

namespace tidings::bus {

// Reads the usual form by hand (one per published event), anything else as JSON.
publish_ack parse_ack(const message& m);

}  // namespace tidings::bus
