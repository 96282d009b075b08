#include "delivery/parcel.hpp"

#include "events/cloud_event.hpp"
#include "events/subjects.hpp"

namespace tidings::broadcaster {

namespace {

constexpr std::string_view id_header = "Nats-Msg-Id";
// A replayed dead letter: the same event under the same id, for one endpoint alone.
constexpr std::string_view seal_header = "Tidings-Replay";
constexpr std::string_view replayed_id_header = "Tidings-Event-Id";
constexpr std::string_view replayed_for_header = "Tidings-Endpoint";
constexpr std::size_t spare_limit = 512;
constexpr std::size_t spare_request_limit = 64 * 1024;

// Header values of HTTP must not break out of their line, whatever another publisher put into the message.
void assign_visible(std::string& to, std::string_view from) {
    to.assign(from.substr(0, 256));
    std::erase_if(to, [](char c) { return c < 0x20 || c >= 0x7f; });
}

}  // namespace

void describe(parcel& p, const bus::message& m, std::string_view stream, bool with_partition_key, replay_seals* seals) {
    p.body = m.payload();
    p.reply = m.reply();
    p.attempt = p.source.delivered;
    p.only_for.clear();
    p.event_id.clear();
    if (const auto seal = m.header(seal_header); seals != nullptr && !seal.empty()) {
        const auto id = m.header(replayed_id_header);
        const auto endpoint_name = m.header(replayed_for_header);
        if (seals->fits(seal, endpoint_name, id, p.body)) {
            assign_visible(p.event_id, id);
            p.only_for = endpoint_name;
        } else if (seals->may_be_elsewheres(seal, endpoint_name)) {
            p.only_for = endpoint_name;
        }
    }
    if (p.event_id.empty()) assign_visible(p.event_id, m.header(id_header));
    if (p.event_id.empty()) {
        p.event_id = std::string(stream) + '-' + std::to_string(p.source.stream_sequence);
    }
    assign_visible(p.content_type, m.header(events::content_type_header));
    if (p.content_type.empty()) p.content_type = "application/json";
    assign_visible(p.event_type, m.header(events::type_header));
    if (with_partition_key) p.partition_key = m.header(events::partitionkey_header);
    if (!p.event_type.empty() && (!with_partition_key || !p.partition_key.empty())) return;
    if (const auto attributes = events::parse_attributes(p.body)) {
        if (p.event_type.empty()) assign_visible(p.event_type, attributes->type);
        if (with_partition_key && p.partition_key.empty()) p.partition_key = attributes->partitionkey;
    }
}

given_up given_up_of(const parcel& p, const std::string& endpoint_name) {
    const auto& m = p.source.msg;
    return {endpoint_name,      p.event_id,
            p.attempt,          p.last_status,
            p.last_error,       p.source.stream_sequence,
            p.source.stored_ns, std::string(m.subject()),
            m.all_headers(),    p.body};
}

std::unique_ptr<parcel> parcel_store::take() {
    if (spare_.empty()) return std::make_unique<parcel>();
    auto p = std::move(spare_.back());
    spare_.pop_back();
    return p;
}

void parcel_store::give_back(std::unique_ptr<parcel> p) {
    p->source = {};
    p->body = {};
    p->under_way = false;
    p->last_error.clear();
    if (spare_.size() < spare_limit && p->request.capacity() <= spare_request_limit) spare_.push_back(std::move(p));
}

}  // namespace tidings::broadcaster
