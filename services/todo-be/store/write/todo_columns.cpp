#include "store/write/todo_columns.hpp"

#include "store/read/todo_rows.hpp"

namespace tidings::todo_be {

std::string insert_todos_from(std::string_view source) {
    return R"sql(insert into todos (id, title, done, "order", due, priority, labels, version, created_at, updated_at, done_at)
  select id, title, done, place, due, priority, labels::text[], 1, made_at, made_at, done_at
  from )sql" +
           std::string(source);
}

std::string update_todos_from(std::string_view source) {
    return R"sql(update todos t
  set title = i.title, done = i.done, "order" = i.place, due = i.due, priority = i.priority, labels = i.labels::text[],
      version = i.version, updated_at = i.made_at, done_at = i.done_at
  from )sql" +
           std::string(source);
}

void todo_columns::add(const todo& t) {
    dones_.push_back(t.fields.done);
    ids_.push_back(t.id.bytes());
    titles_.push_back(t.fields.title);
    priorities_.push_back(to_string(t.fields.priority));
    orders_.push_back(t.fields.order);
    dues_.push_back(microseconds(t.fields.due));
    labels_.push_back(labels_literal(t.fields.labels));
    times_.push_back(microseconds(t.updated_at));
    done_times_.push_back(microseconds(t.done_at));
}

void todo_columns::append_to(pg::parameters& p) const {
    const std::vector<std::string_view> labels(labels_.begin(), labels_.end());
    p.uuids(ids_)
        .texts(titles_)
        .booleans(std::span(dones_.data(), dones_.size()))
        .integers(orders_)
        .timestamps(dues_)
        .texts(priorities_)
        .texts(labels)
        .timestamps(times_)
        .timestamps(done_times_);
}

void event_columns::add(const todo_event& e) {
    ids_.push_back(e.id.bytes());
    types_.push_back(e.type);
    payloads_.push_back(e.payload);
}

void event_columns::append_to(pg::parameters& p) const { p.uuids(ids_).texts(payloads_); }

void event_columns::append_types_to(pg::parameters& p) const { p.texts(types_); }

}  // namespace tidings::todo_be
