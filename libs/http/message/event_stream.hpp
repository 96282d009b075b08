// The bytes of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace tidings::http {

inline constexpr const char* event_stream_type = "text/event-stream";

// One event. `id` and `type` are without line ends; each line of `data` becomes one of its own.
void append_event(std::string& out, std::string_view id, std::string_view type, std::string_view data);
// Says where the client is, without an event: it asks for what follows when it comes back.
void append_position(std::string& out, std::string_view id);
// After how long a client that was cut off comes back.
void append_retry(std::string& out, std::chrono::milliseconds pause);
// Nothing, for the client; a sign of life for what lies between.
inline constexpr std::string_view event_stream_comment = ":\n\n";

}  // namespace tidings::http
