#include "delivery/event.hpp"

#include "domain/event_id.hpp"
#include "events/cloud_event.hpp"
#include "events/subjects.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::string_view id_header = "Nats-Msg-Id";
// A replayed dead letter: the same event under the same id, for one endpoint alone.
constexpr std::string_view seal_header = "Tidings-Replay";
constexpr std::string_view replayed_id_header = "Tidings-Event-Id";
constexpr std::string_view replayed_for_header = "Tidings-Endpoint";

// Header values of HTTP must not break out of their line, whatever another publisher put into the message.
std::string visible(std::string_view text) {
    std::string clean(text.substr(0, 256));
    std::erase_if(clean, [](char c) { return c < 0x20 || c >= 0x7f; });
    return clean;
}

// A key may hold anything; a header's value may not.
std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const unsigned char c : text) {
        if (c > 0x20 && c < 0x7f && c != '%') {
            out += static_cast<char>(c);
        } else {
            out += '%';
            out += digits[c >> 4];
            out += digits[c & 15];
        }
    }
    return out;
}

void read_replay(event& e, replay_seals& seals) {
    const auto seal = e.msg.header(seal_header);
    if (seal.empty()) return;
    const auto id = e.msg.header(replayed_id_header);
    const auto endpoint_name = e.msg.header(replayed_for_header);
    if (seals.fits(seal, endpoint_name, id, e.body)) {
        e.id = id;  // ours: it was in a webhook before
        e.only_for = endpoint_name;
    } else if (seals.may_be_elsewheres(seal, endpoint_name)) {
        e.only_for = endpoint_name;
    }
}

}  // namespace

std::string event_type_of(const bus::message& m) {
    auto type = visible(m.header(events::type_header));
    if (!type.empty()) return type;
    const auto attributes = events::parse_attributes(m.payload());
    return attributes ? visible(attributes->type) : std::string();
}

std::shared_ptr<event> make_event(bus::message m, std::string_view stream, retry_id where, std::int64_t stored_ns,
                                  std::string type, replay_seals* seals) {
    auto e = std::make_shared<event>();
    e->msg = std::move(m);
    e->body = e->msg.payload();
    e->subject = e->msg.subject();
    e->incarnation = where.incarnation;
    e->sequence = where.sequence;
    e->stored_ns = stored_ns;
    e->type = std::move(type);
    if (seals != nullptr) read_replay(*e, *seals);
    if (e->id.empty()) e->id = event_id(e->msg.header(id_header), stream, where.sequence);
    e->content_type = visible(e->msg.header(events::content_type_header));
    if (e->content_type.empty()) e->content_type = "application/json";
    return e;
}

std::string partition_key_of(const event& e) {
    std::string key(e.msg.header(events::partitionkey_header));
    if (!key.empty()) return escaped(key);
    const auto attributes = events::parse_attributes(e.body);
    return attributes ? escaped(attributes->partitionkey) : std::string();
}

}  // namespace tidings::broadcaster
