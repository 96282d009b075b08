#include "api/exchange/ics_writer.hpp"

#include "api/exchange/ics_text.hpp"

namespace tidings::todo_be {

namespace {

// "20260131T120000Z".
std::string basic(ids::timestamp at) {
    auto text = ids::format(at);
    text.resize(text.find('.'));
    std::erase(text, '-');
    std::erase(text, ':');
    return text += 'Z';
}

std::string basic_date(const due_date& due) {
    std::string text;
    append_to(text, due);
    std::erase(text, '-');
    return text;
}

void add(std::string& out, std::string name, std::string_view value) {
    append_ics_line(out, name.append(":").append(value));
}

void add_due(std::string& out, const todo_fields& f) {
    if (!f.due) return;
    if (f.due->whole_day) {
        add(out, "DUE;VALUE=DATE", basic_date(*f.due));
    } else {
        add(out, "DUE", basic(f.due->at));
    }
}

void add_labels(std::string& out, const std::vector<std::string>& labels) {
    std::string list;
    for (const auto& label : labels) {
        if (&label != labels.data()) list += ',';
        list += escaped_ics(label);
    }
    if (!labels.empty()) add(out, "CATEGORIES", list);
}

void add_done(std::string& out, const todo& t) {
    add(out, "STATUS", t.fields.done ? "COMPLETED" : "NEEDS-ACTION");
    if (!t.done_at) return;
    add(out, "COMPLETED", basic(*t.done_at));
    add(out, "PERCENT-COMPLETE", "100");
}

const char* priority_number(priority p) {
    return p == priority::high ? "1" : p == priority::medium ? "5" : p == priority::low ? "9" : nullptr;
}

}  // namespace

void begin_ics(std::string& out) {
    out += "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Tidings//todo-be//EN\r\nX-WR-CALNAME:Tidings\r\n";
}

void append_ics(std::string& out, const todo& t) {
    const auto& f = t.fields;
    out += "BEGIN:VTODO\r\n";
    add(out, "UID", t.id.str());
    add(out, "DTSTAMP", basic(t.updated_at));
    add(out, "CREATED", basic(t.created_at));
    add(out, "LAST-MODIFIED", basic(t.updated_at));
    add(out, "SEQUENCE", std::to_string(t.version - 1));
    add(out, "SUMMARY", escaped_ics(f.title));
    if (!f.notes.empty()) add(out, "DESCRIPTION", escaped_ics(f.notes));
    add_due(out, f);
    if (f.recurrence) add(out, "RRULE", *f.recurrence);
    add_done(out, t);
    if (const auto* number = priority_number(f.priority)) add(out, "PRIORITY", number);
    add_labels(out, f.labels);
    if (f.parent) add(out, "RELATED-TO", f.parent->str());
    if (f.due_time_zone) add(out, "X-TIDINGS-TIME-ZONE", *f.due_time_zone);
    if (f.order) {
        std::string order;
        append_order(order, *f.order);
        add(out, "X-TIDINGS-ORDER", order);
    }
    out += "END:VTODO\r\n";
}

void end_ics(std::string& out) { out += "END:VCALENDAR\r\n"; }

}  // namespace tidings::todo_be
