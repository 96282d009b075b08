// A message as stored in a stream.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <string>

#include "bus/connection/message.hpp"
#include "bus/jetstream/result.hpp"

namespace tidings::bus {

struct stored_message {
    std::uint64_t sequence = 0;
    std::string subject, payload, time;  // time: RFC 3339 with nanoseconds
    headers h;
};

// The "message" of a STREAM.MSG.GET reply; refused when it is none.
result<stored_message> read_stored_message(const boost::json::object& message);

}  // namespace tidings::bus
