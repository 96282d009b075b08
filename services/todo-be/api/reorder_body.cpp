#include "api/reorder_body.hpp"

#include <algorithm>
#include <string>

#include "api/json_document.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t most_reported = 20;

std::optional<ids::uuid> id_of(const json::value& v) {
    return v.is_string() ? ids::uuid::parse(v.get_string()) : std::nullopt;
}

void note(violations& wrong, std::string field, errc why) {
    if (wrong.size() < most_reported) wrong.push_back({std::move(field), why});
}

void check_names(const json::object& members, violations& wrong) {
    for (const auto& member : members) {
        const std::string_view name = member.key();
        if (name != "ids" && name != "after" && name != "before")
            note(wrong, text::json_pointer_to(name), errc::reorder_member_unknown);
    }
}

void read_ids(const json::object& members, move_request& m, violations& wrong) {
    const auto* const given = members.if_contains("ids");
    const auto* const list = given == nullptr ? nullptr : given->if_array();
    if (list == nullptr || list->empty() || list->size() > most_moved) return note(wrong, "/ids", errc::ids_count);
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto id = id_of((*list)[i]);
        const bool repeated = id && std::find(m.moved.begin(), m.moved.end(), *id) != m.moved.end();
        if (!id || repeated) note(wrong, "/ids/" + std::to_string(i), repeated ? errc::id_repeated : errc::id_invalid);
        m.moved.push_back(id.value_or(ids::uuid()));
    }
}

void read_place(const json::object& members, move_request& m, violations& wrong) {
    const auto* const after = members.if_contains("after");
    const auto* const before = members.if_contains("before");
    if ((after == nullptr) == (before == nullptr)) return note(wrong, "", errc::place_count);
    m.behind = after != nullptr;
    const auto& place = m.behind ? *after : *before;
    if (place.is_null()) return;
    const std::string field = m.behind ? "/after" : "/before";
    m.beside = id_of(place);
    if (!m.beside) return note(wrong, field, errc::place_invalid);
    if (std::find(m.moved.begin(), m.moved.end(), *m.beside) != m.moved.end()) note(wrong, field, errc::place_is_moved);
}

}  // namespace

result<move_request> read_move(std::string_view body, violations& wrong) {
    const auto document = read_document(body, {}, wrong);
    if (!document) return document.error();
    if (!document->is_object()) return errc::body_not_object;
    move_request m;
    check_names(document->get_object(), wrong);
    read_ids(document->get_object(), m, wrong);
    read_place(document->get_object(), m, wrong);
    if (!wrong.empty()) return errc::reorder_invalid;
    return m;
}

}  // namespace tidings::todo_be
