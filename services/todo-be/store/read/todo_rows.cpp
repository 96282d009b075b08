#include "store/read/todo_rows.hpp"

#include <boost/json/parse.hpp>

namespace tidings::todo_be {

namespace {

pg::error strange_row(const char* what) { return {"XX000", std::string("a row of todos holds no ") + what}; }

ids::timestamp read_time(const pg::rows& rows, std::size_t row, std::size_t column) {
    return ids::timestamp(std::chrono::microseconds(rows.integer(row, column)));
}

std::optional<ids::timestamp> read_optional_time(const pg::rows& rows, std::size_t row, std::size_t column) {
    if (rows.is_null(row, column)) return std::nullopt;
    return read_time(rows, row, column);
}

std::vector<std::string> read_labels(std::string_view json) {
    std::vector<std::string> labels;
    if (json == "[]") return labels;
    boost::system::error_code failure;
    const auto list = boost::json::parse(json, failure);
    if (failure || !list.is_array()) throw strange_row("labels");
    for (const auto& label : list.get_array()) {
        if (!label.is_string()) throw strange_row("labels");
        labels.emplace_back(label.get_string());
    }
    return labels;
}

}  // namespace

ids::uuid read_uuid(const pg::rows& rows, std::size_t row, std::size_t column) {
    const auto id = ids::uuid::parse(rows.text(row, column));
    if (!id) throw strange_row("UUID");
    return *id;
}

todo read_todo(const pg::rows& rows, std::size_t row) {
    const auto urgency = parse_priority(rows.text(row, 5));
    if (!urgency) throw strange_row("priority");
    todo t;
    t.id = read_uuid(rows, row, 0);
    t.fields.title = rows.text(row, 1);
    t.fields.done = rows.boolean(row, 2);
    if (!rows.is_null(row, 3)) t.fields.order = rows.integer(row, 3);
    t.fields.due = read_optional_time(rows, row, 4);
    t.fields.priority = *urgency;
    t.fields.labels = read_labels(rows.text(row, 6));
    t.version = rows.integer(row, 7);
    t.created_at = read_time(rows, row, 8);
    t.updated_at = read_time(rows, row, 9);
    t.done_at = read_optional_time(rows, row, 10);
    return t;
}

std::int64_t microseconds(ids::timestamp t) { return t.time_since_epoch().count(); }

std::optional<std::int64_t> microseconds(const std::optional<ids::timestamp>& t) {
    if (!t) return std::nullopt;
    return microseconds(*t);
}

std::string labels_literal(const std::vector<std::string>& labels) {
    std::string out = "{";
    for (const auto& label : labels) {
        if (&label != labels.data()) out += ',';
        out += '"';
        for (const char c : label) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out += '}';
}

}  // namespace tidings::todo_be
