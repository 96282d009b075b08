// A stream's reply to a publish: {"stream":"TODOS", "seq":17}, with "duplicate": true for a known Nats-Msg-Id, or
// {"error":{...}}.
#pragma once

#include <boost/system/error_code.hpp>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::bus {

struct publish_ack {
    boost::system::error_code failure;  // none: stored
    std::uint64_t sequence = 0;
    bool duplicate = false;  // the stream already had that Nats-Msg-Id
};

// The usual form is read without building a JSON tree. `detail` gets the server's words on an error.
publish_ack parse_publish_reply(std::string_view json, std::string& detail);

}  // namespace tidings::bus
