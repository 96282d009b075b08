#include "delivery/event.hpp"

#include "bus/connection/message_size.hpp"
#include "domain/event_id.hpp"
#include "domain/lane_key.hpp"
#include "domain/passed_headers.hpp"
#include "events/cloud_event.hpp"
#include "events/subjects.hpp"

namespace tidings::broadcaster {

namespace {

// Header values of HTTP must not break out of their line, whatever another publisher put into the message.
std::string visible(std::string_view text) {
    std::string clean(text.substr(0, 256));
    std::erase_if(clean, [](char c) { return c < 0x20 || c >= 0x7f; });
    return clean;
}

}  // namespace

std::string event_type_of(const bus::message& m, const event_headers& h) {
    auto type = visible(h.type);
    if (!type.empty()) return type;
    const auto attributes = events::parse_attributes(m.payload());
    return attributes ? visible(attributes->type) : std::string();
}

std::shared_ptr<event> make_event(bus::message m, const event_headers& h, std::string_view stream, retry_id where,
                                  std::int64_t stored_ns, std::string type) {
    auto e = std::make_shared<event>();
    e->msg = std::move(m);
    e->body = e->msg.payload();
    e->subject = e->msg.subject();
    e->incarnation = where.incarnation;
    e->sequence = where.sequence;
    e->stored_ns = stored_ns;
    e->type = std::move(type);
    if (!h.replay.empty() && h.id.starts_with("replay/") && h.id.ends_with(h.replay)) e->only_for = h.replayed_for;
    e->id = event_id(h.id, stream, where.sequence, stored_ns);
    e->content_type = visible(h.content_type);
    if (e->content_type.empty()) e->content_type = visible(h.data_content_type);
    if (e->content_type.empty()) e->content_type = "application/json";
    e->passed_headers = passed_headers(e->subject, e->content_type, e->msg.header_views());
    e->bytes = bus::size_of(e->msg) + e->passed_headers.size();
    return e;
}

std::shared_ptr<event> make_event(bus::message m, std::string_view stream, retry_id where, std::int64_t stored_ns) {
    const event_headers h(m);
    auto type = event_type_of(m, h);
    return make_event(std::move(m), h, stream, where, stored_ns, std::move(type));
}

std::string partition_key_of(const event& e) {
    const auto key = e.msg.header(events::partitionkey_header);
    if (!key.empty()) return lane_key(key);
    const auto attributes = events::parse_attributes(e.body);
    return attributes ? lane_key(attributes->partitionkey) : std::string();
}

std::string lane_of(const event& e, ordering order) {
    constexpr const char* one_for_all = "%";  // no key: there two digits follow each %
    switch (order) {
        case ordering::none:
            return {};
        case ordering::per_key:
            return partition_key_of(e);
        case ordering::strict:
            return one_for_all;
    }
    return {};
}

}  // namespace tidings::broadcaster
