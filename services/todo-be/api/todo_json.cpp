#include "api/todo_json.hpp"

#include <algorithm>
#include <iterator>

#include "text/decimal.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

// A point in time or a due date, as the overload of append_to that its own namespace has.
template <class Time>
void append_time(std::string& out, const std::optional<Time>& t) {
    if (!t) {
        out += "null";
        return;
    }
    out += '"';
    using ids::append_to;
    append_to(out, *t);
    out += '"';
}

void append_labels(std::string& out, const std::vector<std::string>& labels) {
    out += '[';
    for (const auto& label : labels) {
        if (&label != labels.data()) out += ',';
        text::append_json_string(out, label);
    }
    out += ']';
}

void append_text(std::string& out, const std::optional<std::string>& s) {
    if (s) {
        text::append_json_string(out, *s);
    } else {
        out += "null";
    }
}

void append_id(std::string& out, const std::optional<ids::uuid>& id) {
    if (!id) {
        out += "null";
        return;
    }
    out += '"';
    id->append_to(out);
    out += '"';
}

void append_order_or_null(std::string& out, const std::optional<double>& order) {
    if (order) {
        append_order(out, *order);
    } else {
        out += "null";
    }
}

struct member {
    std::string_view key;  // as it stands in the JSON behind another one: ,"title":
    void (*append)(std::string& out, const todo& t);

    std::string_view name() const { return key.substr(2, key.size() - 4); }
};

// What there was first keeps its order. `url` ends them: it needs more than the to-do.
constexpr member members[] = {
    {R"(,"id":)", [](std::string& out, const todo& t) { append_id(out, t.id); }},
    {R"(,"title":)", [](std::string& out, const todo& t) { text::append_json_string(out, t.fields.title); }},
    {R"(,"done":)", [](std::string& out, const todo& t) { out += t.fields.done ? "true" : "false"; }},
    {R"(,"order":)", [](std::string& out, const todo& t) { append_order_or_null(out, t.fields.order); }},
    {R"(,"due":)", [](std::string& out, const todo& t) { append_time(out, t.fields.due); }},
    {R"(,"priority":)", [](std::string& out, const todo& t) { ((out += '"') += to_string(t.fields.priority)) += '"'; }},
    {R"(,"labels":)", [](std::string& out, const todo& t) { append_labels(out, t.fields.labels); }},
    {R"(,"notes":)", [](std::string& out, const todo& t) { text::append_json_string(out, t.fields.notes); }},
    {R"(,"due_time_zone":)", [](std::string& out, const todo& t) { append_text(out, t.fields.due_time_zone); }},
    {R"(,"parent":)", [](std::string& out, const todo& t) { append_id(out, t.fields.parent); }},
    {R"(,"recurrence":)", [](std::string& out, const todo& t) { append_text(out, t.fields.recurrence); }},
    {R"(,"version":)", [](std::string& out, const todo& t) { text::append_number(out, t.version); }},
    {R"(,"created_at":)", [](std::string& out, const todo& t) { append_time(out, std::optional(t.created_at)); }},
    {R"(,"updated_at":)", [](std::string& out, const todo& t) { append_time(out, std::optional(t.updated_at)); }},
    {R"(,"done_at":)", [](std::string& out, const todo& t) { append_time(out, t.done_at); }},
    {R"(,"url":)", nullptr},
};
static_assert(std::size(members) == member_count);

enum place : std::size_t { title = 1, labels = 6, notes = 7, due_time_zone = 8, parent = 9, recurrence = 10 };

void append_member(std::string& out, std::size_t at, const todo& t) {
    out += members[at].key;
    members[at].append(out, t);
}

// Of an object whose members all begin with a comma.
void close_object(std::string& out, std::size_t begin) {
    out[begin] = '{';
    out += '}';
}

std::optional<std::size_t> place_of(std::string_view name) {
    const auto* const found =
        std::find_if(std::begin(members), std::end(members), [&](const member& m) { return m.name() == name; });
    if (found == std::end(members)) return std::nullopt;
    return static_cast<std::size_t>(found - std::begin(members));
}

}  // namespace

std::optional<shown_members> parse_members(std::string_view names) {
    shown_members shown;
    for (std::size_t begin = 0; begin <= names.size();) {
        const auto end = std::min(names.find(',', begin), names.size());
        const auto at = place_of(names.substr(begin, end - begin));
        if (!at) return std::nullopt;
        shown.set(*at);
        begin = end + 1;
    }
    return shown;
}

std::string names_of(const shown_members& shown) {
    std::string names;
    for (std::size_t i = 0; i < member_count; ++i) {
        if (!shown[i]) continue;
        if (!names.empty()) names += ',';
        names += members[i].name();
    }
    return names;
}

todo_json::todo_json(std::string prefix)
    : prefix_(std::move(prefix)), lists_(prefix_.substr(0, prefix_.rfind("todos/")) + "lists/") {}

void todo_json::append_prefix(std::string& out, user_id owner) const {
    if (is_list(owner)) {
        ((out += lists_) += list_name(owner)) += "/todos/";
    } else {
        out += prefix_;
    }
}

std::string todo_json::list_url(user_id owner) const {
    std::string url;
    append_prefix(url, owner);
    url.pop_back();
    return url;
}

std::string todo_json::url(const ids::uuid& id, user_id owner) const {
    std::string url;
    append_prefix(url, owner);
    id.append_to(url);
    return url;
}

std::string todo_json::text(const todo& t) const {
    std::string out;
    out.reserve(448 + t.fields.title.size() + t.fields.notes.size());
    append(out, t);
    return out;
}

std::string canonical_json(const todo_fields& f) {
    todo t;
    t.fields = f;
    std::string out;
    for (std::size_t i = place::title; i <= place::labels; ++i)
        append_member(out, i, t);
    if (!f.notes.empty()) append_member(out, place::notes, t);
    if (f.due_time_zone) append_member(out, place::due_time_zone, t);
    if (f.parent) append_member(out, place::parent, t);
    if (f.recurrence) append_member(out, place::recurrence, t);
    close_object(out, 0);
    return out;
}

void todo_json::append(std::string& out, const todo& t, const shown_members& shown) const {
    const auto begin = out.size();
    for (std::size_t i = 0; i + 1 < member_count; ++i)
        if (shown[i]) append_member(out, i, t);
    if (shown[member_count - 1]) {
        out += members[member_count - 1].key;
        out += '"';
        append_prefix(out, t.owner);
        t.id.append_to(out);
        out += '"';
    }
    close_object(out, begin);
}

}  // namespace tidings::todo_be
