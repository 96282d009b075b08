// An event that an endpoint did not accept in any attempt: the input for its dead letter.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidings::broadcaster {

struct given_up {
    std::string endpoint_name;
    std::string event_id;
    std::uint64_t attempt = 1;  // that was the last
    unsigned last_status = 0;
    std::string last_error;
    std::uint64_t stream_sequence = 0;
    std::int64_t stored_ns = 0;                                // when the stream stored it, since the epoch
    std::string subject;                                       // where it was published
    std::vector<std::pair<std::string, std::string>> headers;  // of the event
    std::string_view body;                                     // borrowed
    std::uint64_t replay_of = 0;                               // the dead letter that it was replayed from; 0: none
    std::string endpoint_created_at;                           // as endpoint::created_at
    std::string fleet{};                                       // whose it is: the STREAM of its broadcasters
};

// Writes the letter until the stream has it, then calls `stored`: only then may the event leave its queue. What `g`
// borrows must stay as long as `in_hand` does not expire; after that nothing more is done.
using bury_event = std::function<void(given_up g, std::weak_ptr<void> in_hand, std::function<void()> stored)>;

}  // namespace tidings::broadcaster
