// Delivering the event of a dead letter once more, to its endpoint only and under its old webhook-id.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "bus/jetstream/jetstream.hpp"
#include "domain/given_up.hpp"
#include "domain/replay_target.hpp"
#include "http/message/response.hpp"

namespace tidings::broadcaster {

struct replay_links {
    std::string fleet;  // as given_up::fleet
    // Nothing for an endpoint that is not configured here.
    std::function<std::optional<replay_target>(const std::string& endpoint_name)> target_of;
    // Whether target_of knows where endpoints belong: not before the bucket of positions was read.
    std::function<bool()> ready;
    // As delivery/store_replay.
    std::function<runtime::task<bus::result<std::uint64_t>>(replay_target where, given_up g, std::string letter_time)>
        store;
};

// Whether a message of the events' stream is the one that a letter names: by its time there, in letters of earlier
// versions by its id.
bool is_event_of(const bus::stored_message& letter, const bus::stored_message& in_stream);

// Stores the event unchanged for its endpoint, then removes the letter. An event too large for its letter is read from
// the stream. 409, 410 or 503 with the reason when that fails: then nothing was stored and the letter stays. Concurrent
// replays of a letter deliver once.
runtime::task<http::response> replay_dead_letter(bus::connection& c, const replay_links& links, std::uint64_t sequence);

}  // namespace tidings::broadcaster
