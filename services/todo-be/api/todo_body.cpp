#include "api/todo_body.hpp"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <string>

#include "api/json_document.hpp"
#include "api/json_patch.hpp"
#include "api/todo_members.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

namespace json = boost::json;

constexpr std::size_t most_reported = 20;  // a body of nothing but unknown names must not be answered tenfold

// Memory on the stack for as long as it lives: usual bodies allocate nothing.
struct document_memory {
    std::array<unsigned char, 4096> bytes;
    json::monotonic_resource resource{bytes.data(), bytes.size()};
};

enum class read_only { refused, passed_over };

// The valid members; the others are added to `wrong`.
result<todo_patch> read_members(const json::value& document, read_only how, violations& wrong) {
    if (!document.is_object()) return errc::body_not_object;
    todo_patch patch;
    for (const auto& member : document.get_object()) {
        if (wrong.size() >= most_reported) break;
        if (how == read_only::passed_over && is_read_only(member.key())) continue;
        read_member(member.key(), member.value(), patch, wrong);
    }
    if (wrong.size() > most_reported) wrong.resize(most_reported);
    return patch;
}

bool names_title(const violations& wrong) {
    return std::any_of(wrong.begin(), wrong.end(), [](const violation& v) { return v.field == "/title"; });
}

// The members as a whole to-do.
result<todo_fields> whole(const result<todo_patch>& patch, violations& wrong) {
    if (!patch) return patch.error();
    // After the limit the title may just not have been looked at.
    if (!patch->title && wrong.size() < most_reported && !names_title(wrong))
        wrong.push_back({"/title", errc::title_missing});
    if (!wrong.empty()) return errc::fields_invalid;
    return apply(*patch, {});
}

// Whoever sends another to-do means that one.
void check_id(const json::value& document, const ids::uuid& id, violations& wrong) {
    const auto* const given = document.is_object() ? document.get_object().if_contains("id") : nullptr;
    if (given == nullptr || (given->is_string() && ids::uuid::parse(given->get_string()) == id)) return;
    wrong.push_back({"/id", errc::id_differs});
}

void check_read_only(const json::value& before, const json::value& after, violations& wrong) {
    if (!after.is_object()) return;
    for (const auto name : read_only_members()) {
        const auto* const now = after.get_object().if_contains(name);
        if (now == nullptr || *now != before.get_object().at(name))
            wrong.push_back({text::json_pointer_to(name), errc::read_only});
    }
}

}  // namespace

result<todo_patch> read_patch(std::string_view body, violations& wrong) {
    document_memory memory;
    const auto document = read_document(body, &memory.resource, wrong);
    if (!document) return document.error();
    auto patch = read_members(*document, read_only::refused, wrong);
    if (patch && !wrong.empty()) return errc::fields_invalid;
    return patch;
}

result<todo_fields> read_fields(std::string_view body, violations& wrong) {
    document_memory memory;
    const auto document = read_document(body, &memory.resource, wrong);
    if (!document) return document.error();
    return whole(read_members(*document, read_only::refused, wrong), wrong);
}

result<todo_patch> read_replacement(std::string_view body, const ids::uuid& id, violations& wrong) {
    document_memory memory;
    const auto document = read_document(body, &memory.resource, wrong);
    if (!document) return document.error();
    check_id(*document, id, wrong);
    const auto given = read_members(*document, read_only::passed_over, wrong);
    auto fields = whole(given, wrong);
    if (!fields) return fields.error();
    auto all = replace_with(std::move(*fields));
    if (!given->notes) all.notes.reset();
    if (!given->due_time_zone) all.due_time_zone.reset();
    if (!given->parent) all.parent.reset();
    return all;
}

result<todo_fields> read_json_patch(std::string_view body, std::string_view current, violations& wrong) {
    const auto operations = read_document(body, {}, wrong);
    if (!operations) return operations.error();
    const auto before = read_document(current, {}, wrong);
    if (!before) return before.error();
    const auto after = apply_json_patch(*operations, *before, wrong);
    if (!after) return after.error();
    check_read_only(*before, *after, wrong);
    return whole(read_members(*after, read_only::passed_over, wrong), wrong);
}

}  // namespace tidings::todo_be
