// One event in hand: the message as it came, and what its webhooks need. It is kept once, whatever number of endpoints
// it goes to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bus/connection/message.hpp"
#include "delivery/event_headers.hpp"
#include "delivery/in_hand_share.hpp"
#include "domain/endpoint.hpp"
#include "domain/retry_queue.hpp"

namespace tidings::broadcaster {

struct event {
    bus::message msg;  // owns the bytes that `body` shows
    std::string_view body;
    std::string subject;            // where it was published
    std::uint32_t incarnation = 0;  // of the stream that it was read from: one made anew counts from 1 again
    std::uint64_t sequence = 0;
    std::uint64_t gone_from = 0;  // it tells that the events from there to `sequence` are gone; 0: it tells of no gap
    std::int64_t stored_ns = 0;   // when the stream stored it, since the epoch
    std::string id;               // domain/event_id
    std::string type;             // ce-type, or from the envelope; may be empty
    std::string content_type;
    std::string passed_headers;  // domain/passed_headers
    std::size_t bytes = 0;       // that the message takes with its headers, and those passed on
    in_hand_share held;          // counts it among all that is in hand
    std::string only_for;        // an endpoint that a replay of an earlier version was meant for; usually empty
};
using event_ptr = std::shared_ptr<const event>;

// The type of the event that `m`, with these headers, holds, as in event::type.
std::string event_type_of(const bus::message& m, const event_headers& h);

// ce-partitionkey, or from the envelope, as domain/lane_key has it; may be empty.
std::string partition_key_of(const event& e);

// Of events with the same lane an endpoint with this order gets one at a time; empty: it is in no other's way. What all
// events of `strict` share is no key of `per_key`: whatever has that lane is of an order of earlier settings.
std::string lane_of(const event& e, ordering order);

// Takes the message. `stream` and the sequence name messages that have no id.
std::shared_ptr<event> make_event(bus::message m, const event_headers& h, std::string_view stream, retry_id where,
                                  std::int64_t stored_ns, std::string type);
// The same for one whose headers nobody has looked at.
std::shared_ptr<event> make_event(bus::message m, std::string_view stream, retry_id where, std::int64_t stored_ns);

}  // namespace tidings::broadcaster
