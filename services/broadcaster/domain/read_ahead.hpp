// How many events to ask for at a time, for an endpoint that reads alone: a request for each event that comes free
// would cost nats-server, and us, more than the event does. Pure.
#pragma once

#include <algorithm>
#include <cstddef>

namespace tidings::broadcaster {

// While others are live nobody waits behind many: neither in nats-server nor in our loop.
inline constexpr std::size_t asked_beside_live = 8;

// `most`: at a time; `ready`: in hand, and could be sent; `room`: for more. Zero: not now. Who has little to send gets
// what there is room for: the rest of what it has in hand may hang.
constexpr std::size_t read_ahead(std::size_t most, std::size_t ready, std::size_t room) {
    return 2 * ready < most ? std::min(room, most) : 0;
}

}  // namespace tidings::broadcaster
