// An event of the log in the forms in which streams send it, made once and shared by all of them. Pure.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "outbox/logged_pages.hpp"

namespace tidings::todo_be {

using shared_bytes = std::shared_ptr<const std::string>;

struct event_frames {
    std::int64_t seq;
    shared_bytes sent_event;  // of text/event-stream: id, event and data
    shared_bytes message;     // of the WebSocket: {"id":"5","event":"<type>","data":<the CloudEvent>}
    user_id owner = default_user;
};

event_frames frames_of(const log_entry& e);

// Says where a stream is, before its first event.
std::string position_message(std::int64_t position);

// The concatenation of their `sent_event`s.
shared_bytes joined(const std::vector<event_frames>& events);

}  // namespace tidings::todo_be
