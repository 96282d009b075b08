#include "store/read/todo_rows.hpp"

#include <boost/json/parse.hpp>
#include <cmath>
#include <iterator>

#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

pg::error strange_row(const char* what) { return {"XX000", std::string("a row of todos holds no ") + what}; }

// One value of a row.
struct cell {
    const pg::rows& rows;
    std::size_t row, column;

    bool is_null() const { return rows.is_null(row, column); }
    std::string_view text() const { return rows.text(row, column); }
    std::int64_t integer() const { return rows.integer(row, column); }
};

ids::timestamp time_of(const cell& c) { return ids::timestamp(std::chrono::microseconds(c.integer())); }

std::optional<ids::timestamp> optional_time_of(const cell& c) {
    if (c.is_null()) return std::nullopt;
    return time_of(c);
}

priority priority_of(const cell& c) {
    const auto p = parse_priority(c.text());
    if (!p) throw strange_row("priority");
    return *p;
}

// A replica of before knows whole orders only: this one counts while it is between the same two.
std::optional<double> exact_order_of(const cell& c) {
    if (c.is_null()) return std::nullopt;
    const auto exact = text::parse_number<double>(c.text());
    if (!exact) throw strange_row("order");
    return exact;
}

// A replica of before knows no whole days, and may have set a time since.
bool is_whole_day(const due_date& due, const cell& c) {
    return c.rows.boolean(c.row, c.column) && due.at == std::chrono::floor<std::chrono::days>(due.at);
}

std::vector<std::string> labels_of(const cell& c) {
    std::vector<std::string> labels;
    if (c.text() == "[]") return labels;
    boost::system::error_code failure;
    const auto list = boost::json::parse(c.text(), failure);
    if (failure || !list.is_array()) throw strange_row("labels");
    for (const auto& label : list.get_array()) {
        if (!label.is_string()) throw strange_row("labels");
        labels.emplace_back(label.get_string());
    }
    return labels;
}

// Times travel as whole microseconds, free of time zones and date styles.
struct todo_column {
    std::string_view sql;
    void (*read)(todo& t, const cell& c);
};

constexpr todo_column columns[] = {
    {"id", [](todo& t, const cell& c) { t.id = read_uuid(c.rows, c.row, c.column); }},
    {"title", [](todo& t, const cell& c) { t.fields.title = c.text(); }},
    {"done", [](todo& t, const cell& c) { t.fields.done = c.rows.boolean(c.row, c.column); }},
    {"\"order\"",
     [](todo& t, const cell& c) {
         if (!c.is_null()) t.fields.order = static_cast<double>(c.integer());
     }},
    {"order_exact",
     [](todo& t, const cell& c) {
         const auto exact = exact_order_of(c);
         if (t.fields.order && exact && std::floor(*exact) == *t.fields.order) t.fields.order = exact;
     }},
    {"(extract(epoch from due) * 1000000)::bigint",
     [](todo& t, const cell& c) {
         if (!c.is_null()) t.fields.due = due_date{time_of(c)};
     }},
    {"due_whole_day",
     [](todo& t, const cell& c) {
         if (t.fields.due) t.fields.due->whole_day = is_whole_day(*t.fields.due, c);
     }},
    {"due_time_zone",
     [](todo& t, const cell& c) {
         if (!c.is_null()) t.fields.due_time_zone = c.text();
     }},
    {"notes", [](todo& t, const cell& c) { t.fields.notes = c.text(); }},
    {"parent",
     [](todo& t, const cell& c) {
         if (!c.is_null()) t.fields.parent = read_uuid(c.rows, c.row, c.column);
     }},
    {"recurrence",
     [](todo& t, const cell& c) {
         if (!c.is_null()) t.fields.recurrence = c.text();
     }},
    {"adoptions", [](todo& t, const cell& c) { t.adoptions = c.integer(); }},
    {"priority", [](todo& t, const cell& c) { t.fields.priority = priority_of(c); }},
    {"array_to_json(labels)", [](todo& t, const cell& c) { t.fields.labels = labels_of(c); }},
    {"version", [](todo& t, const cell& c) { t.version = c.integer(); }},
    {"(extract(epoch from created_at) * 1000000)::bigint", [](todo& t, const cell& c) { t.created_at = time_of(c); }},
    {"(extract(epoch from updated_at) * 1000000)::bigint", [](todo& t, const cell& c) { t.updated_at = time_of(c); }},
    {"(extract(epoch from done_at) * 1000000)::bigint",
     [](todo& t, const cell& c) { t.done_at = optional_time_of(c); }},
    {"owner", [](todo& t, const cell& c) { t.owner = {static_cast<std::int32_t>(c.integer())}; }},
};

}  // namespace

ids::uuid read_uuid(const pg::rows& rows, std::size_t row, std::size_t column) {
    const auto id = ids::uuid::parse(rows.text(row, column));
    if (!id) throw strange_row("UUID");
    return *id;
}

todo read_todo(const pg::rows& rows, std::size_t row) {
    todo t;
    for (std::size_t i = 0; i < std::size(columns); ++i)
        columns[i].read(t, {rows, row, i});
    return t;
}

placed read_placed(const pg::rows& rows, std::size_t row) {
    return {read_uuid(rows, row, 0), exact_order_of({rows, row, 1})};
}

std::string todo_select_list() {
    std::string list;
    for (const auto& c : columns) {
        if (!list.empty()) list += ", ";
        list += c.sql;
    }
    return list;
}

std::size_t todo_column_count() { return std::size(columns); }

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
