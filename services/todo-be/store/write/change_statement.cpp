#include "store/write/change_statement.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/logged_events.hpp"
#include "store/write/todo_columns.hpp"

namespace tidings::todo_be {

namespace {

const pg::statement read_todos{"read_todos", "select " + todo_select_list() + " from todos where id = any($1::uuid[])"};
// "+ 0": never by an index of the owner's, which a planner without statistics might think good.
const pg::statement read_families_sql{"read_families",
                                      "select " + todo_select_list() +
                                          " from todos where (id = any($1::uuid[]) or parent = any($2::uuid[])) and "
                                          "owner + 0 = $4::bigint limit $3::bigint"};

// The event is inserted from the updated row: its seq is drawn while the row is locked, so that the events of one to-do
// are numbered in the order of their versions, whichever replicas wrote them. Rows are locked in the order of their
// ids: two replicas that change the same to-dos wait for each other, and never both at the same time.
const std::string update_todos_sql = R"sql(
with input as (
  select * from unnest($2::uuid[], $3::text[], $4::text[], $5::bigint[], )sql" +
                                     todo_arrays(6) + R"sql()
       as row (event_id, payload, type, version, )sql" +
                                     todo_names() + R"sql()
), held as materialized (
  select t.id from todos t join input i on t.id = i.id and t.version = i.version - 1 order by t.id
  for no key update of t
), changed as (
  )sql" + update_todos_from("held join input i using (id) where t.id = held.id") +
                                     R"sql(
  returning t.id, i.event_id, i.type, i.payload, t.owner
), )sql" + log_events("select event_id, id, type, payload, owner from changed") +
                                     R"sql(
select seq, todo_id, (select pg_notify('todos_changed', $1::text || max(seq)) from logged) from logged)sql";
const pg::statement update_todos{"update_todos", update_todos_sql};

const std::string delete_todos_sql = R"sql(
with input as (
  select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::bigint[], $6::timestamptz[])
       as row (id, event_id, payload, last_version, removed_at)
), held as materialized (
  select t.id from todos t join input i on t.id = i.id and t.version = i.last_version - 1
  where t.adoptions = 0 order by t.id for update of t
), gone as (
  delete from todos t using held join input i using (id) where t.id = held.id
  returning t.*, i.event_id, i.payload, i.last_version, i.removed_at
), kept as (
  )sql" + keep_deleted_from("gone") + R"sql(
), )sql" + log_events("select event_id, id, 'io.tidings.todo.deleted.v1', payload, owner from gone") +
                                     R"sql(
select seq, todo_id, (select pg_notify('todos_changed', $1::text || max(seq)) from logged) from logged)sql";
const pg::statement delete_todos{"delete_todos", delete_todos_sql};

// A write that has something to write.
struct decided_write {
    queued_write* by;
    todo next;
    todo_event event;
};

// One statement reads for several users: for each the to-dos of others are not there.
std::optional<todo> row_of(const std::vector<todo>& rows, const ids::uuid& id, user_id by) {
    const auto at = std::find_if(rows.begin(), rows.end(), [&](const todo& t) { return t.id == id && t.owner == by; });
    return at == rows.end() ? std::nullopt : std::optional(*at);
}

// Settles `w` when there is nothing to write.
template <class Write>
std::optional<decided_write> decide_write(queued_write& w, const Write& wanted, const std::optional<todo>& current,
                                          const event_format& format) {
    auto d = decide(wanted.what, current, ids::now());
    if (!d) {
        w.outcome = d.error();
        return std::nullopt;
    }
    if (!d->what) {
        w.outcome = unchanged{std::move(d->state)};
        return std::nullopt;
    }
    if (concerns_family(*d, *current)) {
        w.outcome = family_needed{};
        return std::nullopt;
    }
    auto event = make_event(*d->what, d->state, &*current, format, wanted.trace);
    return decided_write{&w, std::move(d->state), std::move(event)};
}

pg::parameters update_parameters(const std::vector<decided_write>& decided, const std::string& writer) {
    todo_columns todos;
    event_columns events;
    std::vector<std::int64_t> versions;
    for (const auto& d : decided) {
        todos.add(d.next);
        events.add(d.event);
        versions.push_back(d.next.version);
    }
    pg::parameters p;
    p.text(writer);
    events.append_to(p);
    events.append_types_to(p);
    p.integers(versions);
    todos.append_to(p);
    return p;
}

pg::parameters delete_parameters(const std::vector<decided_write>& decided, const std::string& writer) {
    event_columns events;
    std::vector<std::array<std::uint8_t, 16>> ids;
    std::vector<std::int64_t> versions;
    std::vector<std::optional<std::int64_t>> times;
    for (const auto& d : decided) {
        ids.push_back(d.next.id.bytes());
        events.add(d.event);
        versions.push_back(d.next.version);
        times.emplace_back(microseconds(d.next.updated_at));
    }
    pg::parameters p;
    p.text(writer).uuids(ids);
    events.append_to(p);
    p.integers(versions).timestamps(times);
    return p;
}

void settle_written(std::vector<decided_write>& decided, const pg::rows& logged) {
    std::vector<ids::uuid> todos;
    for (const auto& d : decided)
        todos.push_back(d.next.id);
    const auto seqs = seqs_of(todos, logged);
    for (std::size_t i = 0; i < decided.size(); ++i) {
        auto& d = decided[i];
        if (seqs[i]) d.by->outcome = committed_write{std::move(d.next), {*seqs[i], std::move(d.event)}};
    }
}

void append_ids(pg::parameters& p, const std::vector<ids::uuid>& todos) {
    std::vector<std::array<std::uint8_t, 16>> bytes;
    for (const auto& id : todos)
        bytes.push_back(id.bytes());
    p.uuids(bytes);
}

runtime::task<std::vector<todo>> read_rows(pg::connection& connection, const pg::statement& sql, pg::parameters p) {
    const auto rows = co_await connection.query(sql, p);
    std::vector<todo> current;
    for (std::size_t i = 0; i < rows.size(); ++i)
        current.push_back(read_todo(rows, i));
    co_return current;
}

template <class Write>
runtime::task<> write_round(pg::connection& connection, std::span<queued_write* const> batch,
                            const event_format& format, const pg::statement& sql,
                            pg::parameters (*parameters)(const std::vector<decided_write>&, const std::string&),
                            const std::string& writer) {
    std::vector<ids::uuid> todos;
    for (auto* w : batch)
        todos.push_back(todo_of(w->request));
    pg::parameters asked;
    append_ids(asked, todos);
    const auto current = co_await read_rows(connection, read_todos, std::move(asked));
    std::vector<decided_write> decided;
    for (auto* w : batch) {
        const auto& wanted = std::get<Write>(w->request);
        auto d = decide_write(*w, wanted, row_of(current, wanted.what.id, wanted.by), format);
        if (d) decided.push_back(std::move(*d));
    }
    if (decided.empty()) co_return;
    const auto logged = co_await connection.query(sql, parameters(decided, writer));
    settle_written(decided, logged);
}

}  // namespace

runtime::task<std::vector<todo>> read_families(pg::connection& connection, user_id by,
                                               const std::vector<ids::uuid>& todos,
                                               const std::vector<ids::uuid>& families, std::size_t most) {
    pg::parameters p;
    append_ids(p, todos);
    append_ids(p, families);
    p.integer(static_cast<std::int64_t>(most) + 1).integer(by.value);
    return read_rows(connection, read_families_sql, std::move(p));
}

runtime::task<> change_todos(pg::connection& connection, std::span<queued_write* const> batch,
                             const event_format& format, const std::string& writer) {
    if (std::holds_alternative<queued_remove>(batch.front()->request))
        return write_round<queued_remove>(connection, batch, format, delete_todos, delete_parameters, writer);
    return write_round<queued_change>(connection, batch, format, update_todos, update_parameters, writer);
}

}  // namespace tidings::todo_be
