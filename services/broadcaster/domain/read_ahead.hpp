// How many events to ask for at a time, for an endpoint that reads alone: a request for each event that comes free
// would cost nats-server, and us, more than the event does. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "domain/endpoint_progress.hpp"

namespace tidings::broadcaster {

// While others are live nobody waits behind many: neither in nats-server nor in our loop.
inline constexpr std::size_t asked_beside_live = 8;

// `most`: at a time; `ready`: in hand, and could be sent; `room`: for more. Zero: not now. Who has little to send gets
// what there is room for: the rest of what it has in hand may hang.
constexpr std::size_t read_ahead(std::size_t most, std::size_t ready, std::size_t room) {
    return 2 * ready < most ? std::min(room, most) : 0;
}

// Whether so many events that are to be read again, strewn over so much of the stream, are fetched one by one: a reader
// of its own costs as much as some of these, unless there is `more` that needs one, and as one of these for so many
// messages that it passes.
constexpr bool fetched_singly(std::size_t events, std::uint64_t messages, bool more) {
    constexpr std::size_t reader = 8, messages_a_fetch = 32;
    const auto worth = (more ? 0 : reader) + messages / messages_a_fetch;
    return events > 0 && events <= endpoint_progress::most_put_off && events <= worth;
}

}  // namespace tidings::broadcaster
