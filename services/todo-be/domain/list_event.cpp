#include "domain/list_event.hpp"

#include "events/cloud_event.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

void append_time(std::string& out, const char* name, ids::timestamp t) {
    ((out += ",\"") += name) += "\":\"";
    ids::append_to(out, t);
    out += '"';
}

// Events of one list keep their order, as those of one to-do: the log has a UUID for that, of the version that is for
// one's own purposes (RFC 9562, 5.8).
ids::uuid uuid_of(user_id list) {
    std::array<std::uint8_t, 16> bytes{};
    bytes[6] = 0x80;
    bytes[8] = 0x80;
    for (std::size_t i = 0; i < 4; ++i)
        bytes[15 - i] = static_cast<std::uint8_t>(static_cast<std::uint32_t>(list.value) >> (8 * i));
    return ids::uuid(bytes);
}

}  // namespace

void append_json(std::string& out, const shared_list& l, std::optional<list_role> role) {
    ((out += R"({"id":")") += list_name(l.id)) += R"(","name":)";
    text::append_json_string(out, l.name);
    if (role) ((out += R"(,"role":")") += to_string(*role)) += '"';
    out += ",\"members\":" + std::to_string(l.members) + ",\"version\":" + std::to_string(l.version);
    append_time(out, "created_at", l.created_at);
    append_time(out, "updated_at", l.updated_at);
    out += '}';
}

void append_json(std::string& out, const user_profile& u) {
    out += R"({"id":")" + u.id.str() + R"(","name":)";
    text::append_json_string(out, u.name);
    out += '}';
}

void append_json(std::string& out, const list_member& m) {
    append_json(out += "{\"user\":", m.user);
    ((out += R"(,"role":")") += to_string(m.role)) += '"';
    append_time(out, "added_at", m.added_at);
    out += '}';
}

std::string_view type_of(list_deed d) {
    switch (d) {
        case list_deed::created:
            return "io.tidings.list.created.v1";
        case list_deed::renamed:
            return "io.tidings.list.changed.v1";
        case list_deed::deleted:
            return "io.tidings.list.deleted.v1";
        case list_deed::member_added:
            return "io.tidings.list.member.added.v1";
        case list_deed::member_changed:
            return "io.tidings.list.member.changed.v1";
        case list_deed::member_removed:
            return "io.tidings.list.member.removed.v1";
    }
    return {};
}

todo_event make_event(list_deed d, const shared_list& l, const std::optional<list_member>& member,
                      const user_profile& by, const trace_context& trace) {
    std::string data = "{\"list\":";
    append_json(data, l, std::nullopt);
    if (member) append_json(data += ",\"member\":", *member);
    append_json(data += ",\"by\":", by);
    data += '}';
    todo_event event{.id = ids::uuid::v7(), .todo_id = uuid_of(l.id), .type = type_of(d), .payload = {}, .owner = l.id};
    const auto id = event.id.str(), subject = list_name(l.id), traceparent = trace.header();
    event.payload = events::to_json({.id = id,
                                     .source = "/lists",
                                     .type = event.type,
                                     .subject = subject,
                                     .partitionkey = "list-" + subject,
                                     .sequence = static_cast<std::uint64_t>(l.version),
                                     .time = l.updated_at,
                                     .traceparent = traceparent,
                                     .data = data});
    return event;
}

}  // namespace tidings::todo_be
