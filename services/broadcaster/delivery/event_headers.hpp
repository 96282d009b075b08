// The headers of a message that make it an event, found in one pass. Views into the message's bytes, which stay where
// they are when it is moved; empty: it has none.
#pragma once

#include <string_view>

#include "bus/connection/message.hpp"
#include "domain/server_message.hpp"

namespace tidings::broadcaster {

struct event_headers {
    explicit event_headers(const bus::message& m);

    std::string_view type;               // ce-type
    std::string_view content_type;       // Content-Type
    std::string_view data_content_type;  // ce-datacontenttype
    std::string_view id;                 // Nats-Msg-Id
    // Earlier versions published a replay in the events' own stream, for one endpoint alone.
    std::string_view replay, replayed_for;  // Tidings-Replay, Tidings-Endpoint
    server_headers of_server;
};

}  // namespace tidings::broadcaster
