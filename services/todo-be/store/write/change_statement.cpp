#include "store/write/change_statement.hpp"

#include <vector>

#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/settle.hpp"
#include "store/write/todo_columns.hpp"

namespace tidings::todo_be {

namespace {

const pg::statement read_todos{"read_todos",
                                   "select " + todo_select_list() + " from todos where id = any($1::uuid[])"};

// The event is inserted from the updated row: its seq is drawn while the row is locked, so that the events of one to-do
// are numbered in the order of their versions, whichever replicas wrote them. Rows are locked in the order of their
// ids: two replicas that change the same to-dos wait for each other, and never both at once.
const std::string update_todos_sql = R"sql(
with input as (
  select * from unnest($1::uuid[], $2::text[], $3::boolean[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
                       $8::timestamptz[], $9::timestamptz[], $10::uuid[], $11::text[], $12::text[], $13::bigint[])
       as row (id, title, done, place, due, priority, labels, made_at, done_at, event_id, payload, type, version)
), held as materialized (
  select t.id from todos t join input i on t.id = i.id and t.version = i.version - 1 order by t.id
  for no key update of t
), changed as (
  update todos t
  set title = i.title, done = i.done, "order" = i.place, due = i.due, priority = i.priority, labels = i.labels::text[],
      version = i.version, updated_at = i.made_at, done_at = i.done_at
  from held join input i using (id) where t.id = held.id
  returning t.id, i.event_id, i.type, i.payload
), )sql" + log_events("select event_id, id, type, payload from changed") +
                                     R"sql(
select seq, todo_id, (select pg_notify('todos_changed', $14)) from logged)sql";
const pg::statement update_todos{"update_todos", update_todos_sql};

const std::string delete_todos_sql = R"sql(
with input as (
  select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::bigint[]) as row (id, event_id, payload, version)
), held as materialized (
  select t.id from todos t join input i on t.id = i.id and t.version = i.version - 1 order by t.id for update of t
), gone as (
  delete from todos t using held join input i using (id) where t.id = held.id
  returning t.id, i.event_id, i.payload
), )sql" + log_events("select event_id, id, 'io.tidings.todo.deleted.v1', payload from gone") +
                                     R"sql(
select seq, todo_id, (select pg_notify('todos_changed', $5)) from logged)sql";
const pg::statement delete_todos{"delete_todos", delete_todos_sql};

struct decided {
    queued_write* by;
    todo next;
};

change_write& as_change(queued_write* w) { return static_cast<change_write&>(*w); }

std::string json_of(const todo& t, const self_link& link) {
    std::string json;
    json.reserve(384 + t.fields.title.size());
    append_json(json, t, link);
    return json;
}

std::optional<todo> row_of(const std::vector<todo>& rows, const ids::uuid& id) {
    for (const auto& t : rows) {
        if (t.id == id) return t;
    }
    return std::nullopt;
}

runtime::task<std::vector<todo>> read_current(pg::connection& connection, std::span<queued_write* const> batch) {
    std::vector<std::array<std::uint8_t, 16>> ids;
    for (auto* w : batch)
        ids.push_back(w->id.bytes());
    const auto found = co_await connection.query(read_todos, pg::parameters().uuids(ids));
    std::vector<todo> current;
    for (std::size_t i = 0; i < found.size(); ++i)
        current.push_back(read_todo(found, i));
    co_return current;
}

pg::parameters update_parameters(const std::vector<decided>& wanted, const std::string& origin) {
    todo_columns todos;
    event_columns happened;
    std::vector<std::int64_t> versions;
    for (const auto& d : wanted) {
        todos.add(d.next);
        happened.add(d.by->event);
        versions.push_back(d.next.version);
    }
    pg::parameters p;
    todos.append_to(p);
    happened.append_to(p);
    happened.append_types_to(p);
    p.integers(versions).text(origin);
    return p;
}

pg::parameters delete_parameters(const std::vector<decided>& wanted, const std::string& origin) {
    event_columns happened;
    std::vector<std::array<std::uint8_t, 16>> ids;
    std::vector<std::int64_t> versions;
    for (const auto& d : wanted) {
        ids.push_back(d.next.id.bytes());
        happened.add(d.by->event);
        versions.push_back(d.next.version);
    }
    pg::parameters p;
    p.uuids(ids);
    happened.append_to(p);
    p.integers(versions).text(origin);
    return p;
}

void settle_written(const std::vector<decided>& wanted, const self_link& link) {
    for (const auto& d : wanted) {
        if (d.by->seq == 0) continue;
        d.by->settle(
            {.id = d.next.id, .version = d.next.version, .json = json_of(d.next, link), .event_id = d.by->event.id});
    }
}

}  // namespace

std::optional<todo> decide(change_write& w, const std::optional<todo>& current, const self_link& link,
                           ids::timestamp now) {
    w.event = {};
    if (!current) {
        w.refuse(errc::not_found);
        return std::nullopt;
    }
    if (!allows(w.expected, current->version)) {
        w.refuse(allows(w.expected.match, current->version) ? errc::version_held : errc::version_mismatch);
        return std::nullopt;
    }
    const bool removed = w.kind == write_kind::remove;
    auto after = removed ? current->fields : apply(w.patch, current->fields);
    const auto what = removed ? change::deleted : change_between(current->fields, after);
    const auto before = json_of(*current, link);
    if (!what) {
        w.settle({.id = current->id, .version = current->version, .json = before, .event_id = {}});
        return std::nullopt;
    }
    auto next = next_version(*current, std::move(after), now);
    // A deletion's last state is its `todo`; there is nothing else to compare with.
    w.event = make_event(*what, next, json_of(next, link), removed ? std::string_view() : before, w.trace);
    return next;
}

runtime::task<> change_todos(pg::connection& connection, std::span<queued_write* const> batch, const self_link& link,
                             const std::string& origin) {
    const auto current = co_await read_current(connection, batch);
    std::vector<decided> wanted;
    for (auto* w : batch) {
        auto next = decide(as_change(w), row_of(current, w->id), link, ids::now());
        if (next) wanted.push_back({w, std::move(*next)});
    }
    if (wanted.empty()) co_return;
    const bool removing = batch.front()->kind == write_kind::remove;
    const auto parameters = removing ? delete_parameters(wanted, origin) : update_parameters(wanted, origin);
    const auto logged = co_await connection.query(removing ? delete_todos : update_todos, parameters);
    note_places(batch, logged);
    settle_written(wanted, link);
}

}  // namespace tidings::todo_be
