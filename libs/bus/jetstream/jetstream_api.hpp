// The envelope of $JS.API replies: a JSON object that may have an "error".
#pragma once

#include <boost/json/object.hpp>

#include <chrono>
#include <string>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/result.hpp"

namespace tidings::bus {

// The reply's object, or what its error means. `detail` gets the server's words on an error.
result<boost::json::object> parse_api_reply(std::string_view json, std::string& detail);

// One request to $JS.API.<method>. An error that the server replies with is noted at the connection.
runtime::task<result<boost::json::object>> api_call(connection& bus, std::string method, std::string payload,
                                                    std::chrono::milliseconds deadline);

}  // namespace tidings::bus
