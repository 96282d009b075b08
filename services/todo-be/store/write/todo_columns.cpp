#include "store/write/todo_columns.hpp"

#include <cmath>

#include "store/read/todo_rows.hpp"

namespace tidings::todo_be {

namespace {

// In the order of todo_columns::append_to. `made_at` is when this version was made; labels travel as array literals,
// since arrays of arrays must be rectangular.
struct column {
    std::string_view name, type;
};
constexpr column columns[] = {
    {"id", "uuid"},        {"owner", "bigint"},           {"title", "text"},          {"done", "boolean"},
    {"place", "bigint"},   {"exact", "double precision"}, {"due", "timestamptz"},     {"whole_day", "boolean"},
    {"time_zone", "text"}, {"priority", "text"},          {"labels", "text"},         {"notes", "text"},
    {"parent", "uuid"},    {"recurrence", "text"},        {"made_at", "timestamptz"}, {"done_at", "timestamptz"},
};

constexpr std::string_view kept[] = {
    "id",       "title",  "done",  "\"order\"",  "order_exact", "due",     "due_whole_day", "due_time_zone",
    "priority", "labels", "notes", "recurrence", "created_at",  "done_at", "adoptions",     "owner"};

std::string joined_kept_columns(std::string_view prefix) {
    std::string sql;
    for (const auto& name : kept) {
        if (!sql.empty()) sql += ", ";
        sql.append(prefix).append(name);
    }
    return sql;
}

}  // namespace

std::string todo_arrays(std::size_t first) {
    std::string sql;
    for (const auto& c : columns) {
        if (!sql.empty()) sql += ", ";
        sql += '$' + std::to_string(first++) + "::" + std::string(c.type) + "[]";
    }
    return sql;
}

std::string todo_names() {
    std::string sql;
    for (const auto& c : columns) {
        if (!sql.empty()) sql += ", ";
        sql += c.name;
    }
    return sql;
}

std::size_t todo_array_count() { return std::size(columns); }

std::string insert_todos_from(std::string_view source) {
    return R"sql(insert into todos (id, title, done, "order", order_exact, due, due_whole_day, due_time_zone, priority, labels, notes, parent, recurrence, version,
                     created_at, updated_at, done_at, owner)
  select id, title, done, place, exact, due, whole_day, time_zone, priority, labels::text[], notes, parent, recurrence, 1, made_at, made_at, done_at, owner
  from )sql" +
           std::string(source);
}

std::string update_todos_from(std::string_view source, std::string_view more) {
    return R"sql(update todos t
  set title = i.title, done = i.done, "order" = i.place, order_exact = i.exact, due = i.due, due_whole_day = i.whole_day,
      due_time_zone = i.time_zone, priority = i.priority, labels = i.labels::text[], notes = i.notes, parent = i.parent, recurrence = i.recurrence, version = i.version,
      updated_at = i.made_at, done_at = i.done_at)sql" +
           std::string(more) + "\n  from " + std::string(source);
}

std::string kept_columns() { return joined_kept_columns(""); }

std::string keep_deleted_from(std::string_view source) {
    return "insert into deleted_todos (" + kept_columns() + ", parent, version, updated_at)\n  select " +
           kept_columns() + ", parent, last_version, removed_at from " + std::string(source) +
           "\n  on conflict (id) do update set (" + kept_columns() +
           ", parent, version, updated_at, deleted_at)\n  = row (" + joined_kept_columns("excluded.") +
           ", excluded.parent, excluded.version, excluded.updated_at, excluded.deleted_at)";
}

void todo_columns::add(const todo& t) {
    dones_.push_back(t.fields.done);
    ids_.push_back(t.id.bytes());
    owners_.push_back(t.owner.value);
    titles_.push_back(t.fields.title);
    priorities_.push_back(to_string(t.fields.priority));
    add_order(t.fields.order);
    dues_.push_back(t.fields.due ? std::optional(microseconds(t.fields.due->at)) : std::nullopt);
    whole_days_.push_back(t.fields.due && t.fields.due->whole_day);
    time_zones_.emplace_back(t.fields.due_time_zone);
    notes_.push_back(t.fields.notes);
    parents_.push_back(t.fields.parent ? std::optional(t.fields.parent->bytes()) : std::nullopt);
    recurrences_.emplace_back(t.fields.recurrence);
    labels_.push_back(labels_literal(t.fields.labels));
    times_.push_back(microseconds(t.updated_at));
    done_times_.push_back(microseconds(t.done_at));
}

void todo_columns::add_order(const std::optional<double>& order) {
    const auto whole = order ? std::floor(*order) : 0;
    orders_.push_back(order ? std::optional(static_cast<std::int64_t>(whole)) : std::nullopt);
    exact_orders_.push_back(order && *order != whole ? order : std::nullopt);
}

void todo_columns::append_to(pg::parameters& p) const {
    const std::vector<std::string_view> labels(labels_.begin(), labels_.end());
    p.uuids(ids_)
        .integers(owners_)
        .texts(titles_)
        .booleans(std::span(dones_.data(), dones_.size()))
        .integers(orders_)
        .numbers(exact_orders_)
        .timestamps(dues_)
        .booleans(std::span(whole_days_.data(), whole_days_.size()))
        .texts(time_zones_)
        .texts(priorities_)
        .texts(labels)
        .texts(notes_)
        .uuids(parents_)
        .texts(recurrences_)
        .timestamps(times_)
        .timestamps(done_times_);
}

void event_columns::add(const todo_event& e) {
    ids_.push_back(e.id.bytes());
    types_.push_back(e.type);
    payloads_.push_back(e.payload);
    owners_.push_back(e.owner.value);
}

void event_columns::append_to(pg::parameters& p) const { p.uuids(ids_).texts(payloads_); }

void event_columns::append_types_to(pg::parameters& p) const { p.texts(types_); }

void event_columns::append_owners_to(pg::parameters& p) const { p.integers(owners_); }

}  // namespace tidings::todo_be
