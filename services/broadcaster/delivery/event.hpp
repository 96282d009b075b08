// One event in hand: the message as it came, and what its webhooks need. It is kept once, whatever number of endpoints
// it goes to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "bus/connection/message.hpp"
#include "domain/replay_seals.hpp"
#include "domain/retry_queue.hpp"

namespace tidings::broadcaster {

struct event {
    bus::message msg;  // owns the bytes that `body` shows
    std::string_view body;
    std::string subject;            // where it was published
    std::uint32_t incarnation = 0;  // of the stream that it was read from: one made anew counts from 1 again
    std::uint64_t sequence = 0;
    std::int64_t stored_ns = 0;  // when the stream stored it, since the epoch
    std::string id;              // domain/event_id
    std::string type;            // ce-type, or from the envelope; may be empty
    std::string content_type;
    std::shared_ptr<void> held;  // counts it among all that is in hand (hands)
    std::string only_for;        // the one endpoint that a replayed event is meant for; usually empty
};
using event_ptr = std::shared_ptr<const event>;

// The type of the event that `m` holds, as in event::type.
std::string event_type_of(const bus::message& m);

// ce-partitionkey, or from the envelope, percent-encoded where it is not printable; may be empty.
std::string partition_key_of(const event& e);

// Takes the message. `stream` and the sequence name messages that have no id. `seals` recognise a replay of ours;
// without them (null) none is believed.
std::shared_ptr<event> make_event(bus::message m, std::string_view stream, retry_id where, std::int64_t stored_ns,
                                  std::string type, replay_seals* seals);

}  // namespace tidings::broadcaster
