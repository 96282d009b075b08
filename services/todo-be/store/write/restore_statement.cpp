#include "store/write/restore_statement.hpp"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/first_answers.hpp"
#include "store/write/todo_columns.hpp"

namespace tidings::todo_be {

namespace {

// The deleted ones, and the living ones around them: themselves, the to-do that it was under, and their subtasks.
const pg::statement read_around{"read_around", R"sql(
with gone as (
  select * from deleted_todos
  where owner = $2::bigint
    and (id = $1 or (parent = $1 and deleted_at = (select deleted_at from deleted_todos where id = $1)))
), around as (
  select $1::uuid as id union select id from gone union select parent from gone where id = $1 and parent is not null
)
select )sql" + todo_select_list() + R"sql(, true from gone
union all
select )sql" + todo_select_list() + R"sql(, false from todos
where owner + 0 = $2::bigint and (id = any(array(select id from around)) or parent = any(array(select id from around))))sql"};

constexpr std::size_t first_of_key = 13;

// As in set_statement: everything hangs on `go`, and that on rows being as they were read.
const std::string restore_todos_sql =
    R"sql(
with held as materialized (
  select d.id from deleted_todos d join unnest($2::uuid[], $3::bigint[]) as i (id, version) on d.id = i.id and d.version = i.version
  order by d.id for update of d
), adopter as (
  update todos t set adoptions = t.adoptions + 1
  from unnest($4::uuid[], $5::bigint[], $6::bigint[]) as i (id, version, adoptions)
  where t.id = i.id and t.version = i.version and t.adoptions = i.adoptions
    and (select count(*) from held) = cardinality($2::uuid[])
  returning t.id
), )sql" +
    claim_key(first_of_key,
              "(select count(*) from held) = cardinality($2::uuid[]) and (select count(*) from adopter) = "
              "cardinality($4::uuid[])") +
    R"sql(, go as materialized (
  select 1 where (select count(*) from held) = cardinality($2::uuid[]) and (select count(*) from adopter) = cardinality($4::uuid[])
    and (select count(*) from claimed) = cardinality($13::text[])
), back as (
  delete from deleted_todos d using go, unnest($2::uuid[], $7::bigint[], $8::timestamptz[], $9::uuid[])
    as i (id, next_version, made_at, next_parent)
  where d.id = i.id
  returning d.*, i.next_version, i.made_at, i.next_parent
), restored as (
  insert into todos ()sql" +
    kept_columns() + ", parent, version, updated_at)\n  select " + kept_columns() +
    R"sql(, next_parent, next_version, made_at from back
), )sql" +
    log_events(R"sql(select e.id, e.todo_id, e.type, e.payload, $17::bigint
  from go, unnest($10::uuid[], $11::text[], $12::text[], $2::uuid[]) with ordinality as e (id, payload, type, todo_id, place)
  order by e.place)sql") +
    R"sql(
select l.seq, (select pg_notify('todos_changed', $1::text || max(seq)) from logged) from go left join logged l on true)sql";
const pg::statement restore_todos_statement{"restore_todos", restore_todos_sql};

struct surroundings {
    std::vector<todo> deleted, living;
};

runtime::task<surroundings> read_surroundings(pg::connection& connection, user_id by, ids::uuid id) {
    const auto rows = co_await connection.query(read_around, pg::parameters().uuid(id.bytes()).integer(by.value));
    surroundings s;
    for (std::size_t i = 0; i < rows.size(); ++i)
        (rows.boolean(i, todo_column_count()) ? s.deleted : s.living).push_back(read_todo(rows, i));
    co_return s;
}

// $4 to $6: one element, or none.
void append_adopter(pg::parameters& p, const std::optional<todo>& adopter) {
    std::vector<std::array<std::uint8_t, 16>> id;
    std::vector<std::int64_t> version, adoptions;
    if (adopter) {
        id.push_back(adopter->id.bytes());
        version.push_back(adopter->version);
        adoptions.push_back(adopter->adoptions);
    }
    p.uuids(id).integers(version).integers(adoptions);
}

pg::parameters parameters_of(const restore_decision& d, const queued_restore& wanted, const std::string& writer) {
    std::vector<std::array<std::uint8_t, 16>> ids;
    std::vector<std::optional<std::array<std::uint8_t, 16>>> parents;
    std::vector<std::int64_t> read, next;
    std::vector<std::optional<std::int64_t>> times;
    event_columns events;
    for (const auto& r : d.restored) {
        const auto& parent = r.state.fields.parent;
        ids.push_back(r.state.id.bytes());
        parents.push_back(parent ? std::optional(parent->bytes()) : std::nullopt);
        read.push_back(r.read_version);
        next.push_back(r.state.version);
        times.emplace_back(microseconds(r.state.updated_at));
    }
    for (const auto& e : d.events)
        events.add(e);
    pg::parameters p;
    p.text(writer).uuids(ids).integers(read);
    append_adopter(p, d.adopter);
    p.integers(next).timestamps(times).uuids(parents);
    events.append_to(p);
    events.append_types_to(p);
    const write_result result(d.result);
    append_key(p, wanted.once, {&result, 1});
    p.integer(wanted.by.value);
    return p;
}

}  // namespace

runtime::task<> restore_todos(pg::connection& connection, queued_write& w, const event_format& format,
                              const std::string& writer) {
    const auto& wanted = std::get<queued_restore>(w.request);
    if (co_await settle_repeated(connection, w, wanted.once)) co_return;
    const auto around = co_await read_surroundings(connection, wanted.by, wanted.what.id);
    auto d = decide(wanted.what, around.deleted, around.living, ids::now(), format, wanted.trace);
    if (!d) {
        w.outcome = d.error();
        co_return;
    }
    if (!d->restored.empty() || wanted.once) {
        const auto written = co_await connection.query(restore_todos_statement, parameters_of(*d, wanted, writer));
        if (written.empty()) co_return;
    }
    w.outcome = committed_set{{std::move(d->result)}, d->events.size()};
}

}  // namespace tidings::todo_be
