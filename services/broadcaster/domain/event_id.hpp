// The id under which an event is delivered, the header webhook-id: the same on every attempt, and different for
// different Nats-Msg-Ids and for different messages of a stream without one. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::broadcaster {

inline constexpr std::size_t longest_message_id = 256;

// `message_id`: the header Nats-Msg-Id, whatever its publisher put there.
//   none: the place of the message, "<stream>-<sequence>-<stored>", percent-encoded
//   visible ASCII, up to 256 bytes, not beginning with '~', and not another's place in this stream: itself
//   others up to 256 bytes: '~' and the id, percent-encoded; if that is a place, so is its last '-'
//   longer: '~' and its place
// `stored_ns`: when the stream stored it, since the epoch; in an id it is microseconds. A stream that was made anew
// counts from 1 again.
std::string event_id(std::string_view message_id, std::string_view stream, std::uint64_t sequence,
                     std::int64_t stored_ns);

}  // namespace tidings::broadcaster
