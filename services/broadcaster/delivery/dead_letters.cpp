#include "delivery/dead_letters.hpp"

#include "events/subjects.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::size_t header_room = 4'096;

std::string one_line(std::string text) {
    for (char& c : text) {
        if (c < 0x20) c = ' ';
    }
    return text;
}

}  // namespace

void dead_letters::bury(const parcel& p, const std::string& endpoint_name, std::function<void(bool)> stored) {
    bus::headers h;
    for (auto& [name, value] : p.source.msg.all_headers()) {
        if (!name.starts_with("Nats-")) h.emplace_back(name, value);
    }
    h.emplace_back("Nats-Msg-Id", p.event_id + '/' + endpoint_name + '/' + std::to_string(p.source.stream_sequence));
    h.emplace_back("Tidings-Event-Id", p.event_id);
    h.emplace_back("Tidings-Endpoint", endpoint_name);
    h.emplace_back("Tidings-Attempts", std::to_string(p.attempt));
    h.emplace_back("Tidings-Status", std::to_string(p.last_status));
    h.emplace_back("Tidings-Error", one_line(p.last_error));
    h.emplace_back("Tidings-Stream-Sequence", std::to_string(p.source.stream_sequence));
    h.emplace_back("Tidings-Subject", std::string(p.source.msg.subject()));
    // Our headers can make an event that just fitted too large: then its body stays in the stream alone.
    const bool fits = p.body.size() + header_room <= bus_.max_payload();
    if (!fits) h.emplace_back("Tidings-Body", "left out; see Tidings-Stream-Sequence");
    publisher_.publish(std::string(events::dead_letters_subject) + '.' + endpoint_name, h,
                       fits ? p.body : std::string_view(),
                       [stored = std::move(stored)](const bus::publish_ack& ack) { stored(!ack.failure); });
}

}  // namespace tidings::broadcaster
