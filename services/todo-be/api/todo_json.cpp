#include "api/todo_json.hpp"

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

void append_time_zone(std::string& out, const std::optional<std::string>& zone) {
    out += ",\"due_time_zone\":";
    if (zone) {
        text::append_json_string(out, *zone);
    } else {
        out += "null";
    }
}

void append_parent(std::string& out, const std::optional<ids::uuid>& parent) {
    out += ",\"parent\":";
    if (!parent) {
        out += "null";
        return;
    }
    out += '"';
    parent->append_to(out);
    out += '"';
}

void append_notes(std::string& out, const std::string& notes) {
    out += ",\"notes\":";
    text::append_json_string(out, notes);
}

// Those that there always were, in the order that they always had.
void append_members(std::string& out, const todo_fields& f) {
    out += "\"title\":";
    text::append_json_string(out, f.title);
    out += f.done ? ",\"done\":true" : ",\"done\":false";
    out += ",\"order\":";
    if (f.order) {
        append_order(out, *f.order);
    } else {
        out += "null";
    }
    out += ",\"due\":";
    append_time(out, f.due);
    out += ",\"priority\":\"";
    out += to_string(f.priority);
    out += "\",\"labels\":";
    append_labels(out, f.labels);
}

}  // namespace

todo_json::todo_json(std::string prefix) : prefix_(std::move(prefix)) {}

std::string todo_json::url(const ids::uuid& id) const {
    std::string url = prefix_;
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
    std::string out = "{";
    append_members(out, f);
    if (!f.notes.empty()) append_notes(out, f.notes);
    if (f.due_time_zone) append_time_zone(out, f.due_time_zone);
    if (f.parent) append_parent(out, f.parent);
    return out += '}';
}

void todo_json::append(std::string& out, const todo& t) const {
    out += "{\"id\":\"";
    t.id.append_to(out);
    out += "\",";
    append_members(out, t.fields);
    append_notes(out, t.fields.notes);
    append_time_zone(out, t.fields.due_time_zone);
    append_parent(out, t.fields.parent);
    out += ",\"version\":";
    text::append_number(out, t.version);
    out += ",\"created_at\":";
    append_time(out, std::optional(t.created_at));
    out += ",\"updated_at\":";
    append_time(out, std::optional(t.updated_at));
    out += ",\"done_at\":";
    append_time(out, t.done_at);
    out += ",\"url\":\"";
    out += prefix_;
    t.id.append_to(out);
    out += "\"}";
}

}  // namespace tidings::todo_be
