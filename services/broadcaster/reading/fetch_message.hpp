// A message that no consumer of ours gets to see: cnats takes one without a payload whose status is 503 for the answer
// to a request, and drops it. Anybody may publish such a message, and it is an event like any other.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/pull_consumer.hpp"
#include "bus/jetstream/result.hpp"
#include "bus/jetstream/stored_message.hpp"

namespace tidings::broadcaster {

// As a consumer would have delivered it. Headers that cannot be sent are left out.
bus::delivery delivery_of(const bus::stored_message& m);

// The first message at or after `from`, by itself ($JS.API.STREAM.MSG.GET). not_found: there is none.
runtime::task<bus::result<bus::delivery>> fetch_message(bus::connection& c, std::string stream, std::uint64_t from,
                                                        std::chrono::milliseconds deadline);

}  // namespace tidings::broadcaster
