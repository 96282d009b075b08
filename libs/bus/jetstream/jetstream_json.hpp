// Our plain structs to and from the JSON of JetStream's API (durations there are nanoseconds). Pure.
#pragma once

#include <boost/json/object.hpp>

#include "bus/jetstream/jetstream.hpp"

namespace tidings::bus {

boost::json::object stream_json(const stream_config& c);

// What `existing` (a stream's config as the server has it) has to become so that it holds what `wanted` asks for;
// nullopt when it does already. It is only ever widened: more subjects, longer retention.
std::optional<boost::json::object> stream_update(const boost::json::object& existing, const stream_config& wanted);

stream_info read_stream_info(const boost::json::object& reply);

boost::json::object consumer_json(const consumer_config& c);

// The same for a consumer: ack_wait, max_ack_pending and description only.
std::optional<boost::json::object> consumer_update(const boost::json::object& existing, const consumer_config& wanted);

consumer_info read_consumer_info(const boost::json::object& reply);

// The "message" of a STREAM.MSG.GET answer.
result<stored_message> read_stored_message(const boost::json::object& message);

}  // namespace tidings::bus
