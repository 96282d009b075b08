// Publishing the event of a dead letter once more, for its endpoint only and under its old webhook-id.
#pragma once

#include <string>
#include <vector>

#include "bus/jetstream/jetstream.hpp"
#include "domain/replay_seals.hpp"
#include "http/message/response.hpp"

namespace tidings::broadcaster {

// Whether a replay may publish there: an ordinary subject that one of the stream's covers.
bool may_replay_to(std::string_view subject, const std::vector<std::string>& stream_subjects);
// Whether a message of the events' stream is the one that a letter names: by its time there, in letters of earlier
// versions by its id.
bool is_event_of(const bus::stored_message& letter, const bus::stored_message& in_stream);

// Publishes the event unchanged to `stream`, then removes the letter. An event too large for its letter is read from
// the stream. 409 or 410 with the reason when that fails: then nothing was published and the letter stays. Concurrent
// replays of a letter publish once: they share a Nats-Msg-Id.
runtime::task<http::response> replay_dead_letter(bus::connection& c, std::string stream, replay_seals& seals,
                                                 std::uint64_t sequence);

}  // namespace tidings::broadcaster
