#include "feed/event_frames.hpp"

#include "http/message/event_stream.hpp"

namespace tidings::todo_be {

event_frames frames_of(const log_entry& e) {
    const auto id = std::to_string(e.seq);
    std::string sent;
    sent.reserve(e.payload.size() + e.type.size() + 48);
    http::append_event(sent, id, e.type, e.payload);
    // Types are literals of type_of(), and the payload is JSON.
    std::string message;
    message.reserve(e.payload.size() + e.type.size() + 48);
    message += R"({"id":")" + id + R"(","event":")" + e.type + R"(","data":)" + e.payload + '}';
    return {e.seq, std::make_shared<const std::string>(std::move(sent)),
            std::make_shared<const std::string>(std::move(message)), e.owner};
}

std::string position_message(std::int64_t position) { return R"({"id":")" + std::to_string(position) + R"("})"; }

shared_bytes joined(const std::vector<event_frames>& events) {
    if (events.size() == 1) return events.front().sent_event;
    std::string all;
    for (const auto& e : events)
        all += *e.sent_event;
    return std::make_shared<const std::string>(std::move(all));
}

}  // namespace tidings::todo_be
