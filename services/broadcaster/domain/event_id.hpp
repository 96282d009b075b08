// The id under which an event is delivered, the header webhook-id: the same on every attempt, and different for
// different Nats-Msg-Ids. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::broadcaster {

inline constexpr std::size_t longest_message_id = 256;

// `message_id`: the header Nats-Msg-Id, whatever its publisher put there.
//   visible ASCII, up to 256 bytes, not beginning with '~': itself
//   other characters, up to 256 bytes: '~' and the id, percent-encoded
//   longer: '~' and the place of the message, "<stream>-<sequence>"
//   none: its place
std::string event_id(std::string_view message_id, std::string_view stream, std::uint64_t sequence);

}  // namespace tidings::broadcaster
