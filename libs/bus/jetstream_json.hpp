// JetStream's JSON, both ways: configurations to requests, answers to our structs.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "bus/jetstream.hpp"

namespace tidings::bus {

boost::json::object to_json(const stream_config& c);
// With the consumer's name and stream, as CONSUMER.DURABLE.CREATE takes it.
boost::json::object to_json(const consumer_config& c);

// The object of an answer, or the errc that its "error" stands for.
result<boost::json::object> parse_answer(const message& m);

stream_info stream_info_of(const boost::json::object& answer);
consumer_info consumer_info_of(const boost::json::object& answer);
result<stored_message> stored_message_of(const boost::json::object& answer);

}  // namespace tidings::bus
