// What nats-server itself keeps in a stream beside the events of publishers, and is delivered to nobody: the definition
// of a scheduled message (Nats-Schedule, 2.12; what it makes later is an event), and the markers that stand for
// something deleted (Nats-Marker-Reason, 2.11; KV-Operation DEL and PURGE of key-value buckets). Pure.
#pragma once

#include <string_view>

namespace tidings::broadcaster {

// The values of these headers; empty: the message has none.
struct server_headers {
    std::string_view schedule;       // Nats-Schedule
    std::string_view marker_reason;  // Nats-Marker-Reason
    std::string_view kv_operation;   // KV-Operation
};

bool is_server_message(const server_headers& h);

}  // namespace tidings::broadcaster
