#include "api/todo_body.hpp"

#include <algorithm>
#include <array>
#include <boost/json/monotonic_resource.hpp>
#include <span>
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

// Whether the to-do `before`, if there is one, has this very member.
bool is_same(const json::value* before, const json::key_value_pair& member) {
    const auto* const known = before == nullptr ? nullptr : before->get_object().if_contains(member.key());
    return known != nullptr && *known == member.value();
}

// The valid members that differ from those of `before`; the others are added to `wrong`.
result<todo_patch> read_members(const json::value& document, read_only how, const json::value* before,
                                violations& wrong) {
    if (!document.is_object()) return errc::body_not_object;
    todo_patch patch;
    for (const auto& member : document.get_object()) {
        if (wrong.size() >= most_reported) break;
        if (how == read_only::passed_over && is_read_only(member.key())) continue;
        if (!is_same(before, member)) read_member(member.key(), member.value(), patch, wrong);
    }
    if (wrong.size() > most_reported) wrong.resize(most_reported);
    return patch;
}

void require_title(const json::value& document, violations& wrong) {
    if (!document.get_object().contains("title") && wrong.size() < most_reported)
        wrong.push_back({"/title", errc::title_missing});
}

constexpr std::string_view early_members[] = {"done", "order", "due", "priority", "labels"};
constexpr std::string_view later_members[] = {"notes", "due_time_zone", "parent", "recurrence"};

void reset_absent(const json::object& members, std::span<const std::string_view> names, todo_patch& patch) {
    violations none;
    for (const auto name : names)
        if (!members.contains(name)) read_member(name, nullptr, patch, none);
}

enum class absent_later { stay, reset };

// What makes a to-do the whole one of the document. `before`: that to-do, where it is known.
result<todo_patch> read_whole(const json::value& document, const json::value* before, absent_later how,
                              violations& wrong) {
    auto patch = read_members(document, read_only::passed_over, before, wrong);
    if (!patch) return patch.error();
    require_title(document, wrong);
    if (!wrong.empty()) return errc::fields_invalid;
    reset_absent(document.get_object(), early_members, *patch);
    if (how == absent_later::reset) reset_absent(document.get_object(), later_members, *patch);
    return patch;
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
    return patch_from(*document, wrong);
}

result<todo_patch> patch_from(const json::value& document, violations& wrong) {
    auto patch = read_members(document, read_only::refused, nullptr, wrong);
    if (patch && !wrong.empty()) return errc::fields_invalid;
    return patch;
}

result<todo_fields> read_fields(std::string_view body, violations& wrong) {
    document_memory memory;
    const auto document = read_document(body, &memory.resource, wrong);
    if (!document) return document.error();
    return fields_from(*document, wrong);
}

result<todo_fields> fields_from(const json::value& document, violations& wrong) {
    const auto patch = read_members(document, read_only::refused, nullptr, wrong);
    if (!patch) return patch.error();
    require_title(document, wrong);
    auto fields = apply(*patch, {});
    if (const auto fits = check_recurrence(fields); !fits && wrong.empty())
        wrong.push_back({"/recurrence", static_cast<errc>(fits.error().value())});
    if (!wrong.empty()) return errc::fields_invalid;
    return fields;
}

result<todo_patch> read_replacement(std::string_view body, const ids::uuid& id, violations& wrong,
                                    std::string_view current) {
    document_memory memory;
    const auto document = read_document(body, &memory.resource, wrong);
    if (!document) return document.error();
    check_id(*document, id, wrong);
    if (current.empty()) return read_whole(*document, nullptr, absent_later::stay, wrong);
    const auto before = read_document(current, &memory.resource, wrong);
    if (!before) return before.error();
    return read_whole(*document, &*before, absent_later::stay, wrong);
}

result<todo_patch> read_json_patch(std::string_view body, std::string_view current, violations& wrong) {
    const auto operations = read_document(body, {}, wrong);
    if (!operations) return operations.error();
    const auto before = read_document(current, {}, wrong);
    if (!before) return before.error();
    const auto after = apply_json_patch(*operations, *before, wrong);
    if (!after) return after.error();
    check_read_only(*before, *after, wrong);
    return read_whole(*after, &*before, absent_later::reset, wrong);
}

}  // namespace tidings::todo_be
