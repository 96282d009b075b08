// The format of a dead letter, and how it is made to fit. Pure.
//
// Subject "webhooks.dead-letters.<endpoint>"; body and headers are the event's, unchanged. Additional headers describe
// the failure: Tidings-Event-Id, Tidings-Endpoint, Tidings-Attempts, Tidings-Status, Tidings-Error; Tidings-Fleet, the
// STREAM of its broadcasters, which tells the endpoint from others' of its name; and Tidings-Endpoint-Created, which
// tells the endpoint from a later one of its name; and the origin of the event: Tidings-Subject,
// Tidings-Stream-Sequence and Tidings-Stream-Time. An event's own headers of these names, in any case, are dropped as
// untrusted. The additional headers come first: nats-server 2.9 looks for Nats-Msg-Id no further than its first
// occurrence, even at the end of another name. Tidings-Left-Out ("body", "headers" or "headers body") names what was
// omitted; the stream has it as long as it keeps the event.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "bus/connection/connection.hpp"
#include "domain/given_up.hpp"

namespace tidings::broadcaster {

// JetStream stores no more than 65,535 bytes of headers.
std::size_t bytes_of(const bus::headers& h);

struct letter_parts {
    bool headers = true;
    bool body = true;
    bool operator==(const letter_parts&) const = default;
};

struct letter {
    bus::headers headers;
    std::string_view body;  // as borrowed
};

// As the event was, as far as `parts` says.
letter write_letter(const given_up& g, letter_parts parts);

// The most that NATS takes in one message.
letter_parts parts_that_fit(const given_up& g, std::size_t max_payload);

// The time of a stored message as Tidings-Stream-Time has it.
std::string stream_time(std::int64_t stored_ns);

}  // namespace tidings::broadcaster
