// What a stream answers to a publish: {"stream":"TODOS", "seq":17}, with "duplicate": true for a known Nats-Msg-Id, or
// an
// {"error":{...}}.
#pragma once

#include <string>
#include <string_view>

#include "bus/jetstream/publisher.hpp"

namespace tidings::bus {

// The usual form is read without building a JSON tree. `detail` gets the server's words when it refused.
publish_ack parse_publish_reply(std::string_view json, std::string& detail);

}  // namespace tidings::bus
