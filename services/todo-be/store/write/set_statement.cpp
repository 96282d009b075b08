#include "store/write/set_statement.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/change_statement.hpp"
#include "store/write/first_answers.hpp"
#include "store/write/todo_columns.hpp"
#include "store/write/zone_lookup.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t first_created = 19;  // the parameters from here on are the arrays of those created, then changed

// `go` has its one row when every row was found in the version read, and locked, and the key is new: everything else
// hangs on it. Rows are locked in the order of their ids, and before the events are numbered, as in change_statement.
const std::string write_set_sql =
    R"sql(
with held as materialized (
  select t.id from todos t
  join unnest($2::uuid[], $3::bigint[], $4::bigint[]) as i (id, version, adoptions)
    on t.id = i.id and t.version = i.version and t.adoptions = i.adoptions
  order by t.id for update of t
), )sql" +
    claim_key(12, "(select count(*) from held) = cardinality($2::uuid[])") +
    R"sql(, go as materialized (
  select 1 where (select count(*) from held) = cardinality($2::uuid[])
    and (select count(*) from claimed) = cardinality($12::text[])
), made as (
  )sql" +
    insert_todos_from("go, unnest(" + todo_arrays(first_created) + ") as input (" + todo_names() + ")") +
    R"sql(
), changed as (
  )sql" +
    update_todos_from("go, unnest($16::bigint[], $17::bigint[], " + todo_arrays(first_created + todo_array_count()) +
                          ") as i (version, adopted, " + todo_names() + ")\n  where t.id = i.id",
                      ", adoptions = t.adoptions + i.adopted") +
    R"sql(
), gone as (
  delete from todos t using go, unnest($9::uuid[], $10::bigint[], $11::timestamptz[]) as i (id, last_version, removed_at)
  where t.id = i.id
  returning t.*, i.last_version, i.removed_at
), kept as (
  )sql" +
    keep_deleted_from("gone") +
    R"sql(
), )sql" +
    log_events(R"sql(select e.id, e.todo_id, e.type, e.payload, $18::bigint
  from go, unnest($5::uuid[], $6::text[], $7::text[], $8::uuid[]) with ordinality as e (id, payload, type, todo_id, place)
  order by e.place)sql") +
    R"sql(
select l.seq, (select pg_notify('todos_changed', $1::text || max(seq)) from logged) from go left join logged l on true)sql";
const pg::statement write_set_statement{"write_set", write_set_sql};

// $2 to $4: the rows that must still be as they were read.
void append_held(pg::parameters& p, const set_decision& d) {
    std::vector<std::array<std::uint8_t, 16>> ids;
    std::vector<std::int64_t> versions, adoptions;
    for (const auto* rows : {&d.changed, &d.removed}) {
        for (const auto& r : *rows) {
            ids.push_back(r.state.id.bytes());
            versions.push_back(r.read_version);
            adoptions.push_back(r.state.adoptions);
        }
    }
    p.uuids(ids).integers(versions).integers(adoptions);
}

// $5 to $8.
void append_events(pg::parameters& p, const std::vector<todo_event>& events) {
    event_columns columns;
    std::vector<std::array<std::uint8_t, 16>> todos;
    for (const auto& e : events) {
        columns.add(e);
        todos.push_back(e.todo_id.bytes());
    }
    columns.append_to(p);
    columns.append_types_to(p);
    p.uuids(todos);
}

// $9 to $11.
void append_removed(pg::parameters& p, const std::vector<row_change>& removed) {
    std::vector<std::array<std::uint8_t, 16>> ids;
    std::vector<std::int64_t> versions;
    std::vector<std::optional<std::int64_t>> times;
    for (const auto& r : removed) {
        ids.push_back(r.state.id.bytes());
        versions.push_back(r.state.version);
        times.emplace_back(microseconds(r.state.updated_at));
    }
    p.uuids(ids).integers(versions).timestamps(times);
}

// From $16 on.
void append_todos(pg::parameters& p, const set_decision& d, user_id by) {
    todo_columns created;
    for (const auto& t : d.created)
        created.add(t);
    todo_columns changed;
    std::vector<std::int64_t> versions, adopted;
    for (const auto& c : d.changed) {
        changed.add(c.state);
        versions.push_back(c.state.version);
        adopted.push_back(c.adopted);
    }
    p.integers(versions).integers(adopted).integer(by.value);
    created.append_to(p);
    changed.append_to(p);
}

// More than these in memory, each with its events, are too much for one commit.
constexpr std::size_t most_concerned = 2'000;
constexpr std::size_t most_bytes_concerned = 2'000'000;

bool is_too_large(const std::vector<todo>& current) {
    std::size_t bytes = 0;
    for (const auto& t : current)
        bytes += t.fields.notes.size();
    return current.size() > most_concerned || bytes > most_bytes_concerned;
}

// And the parents that its computed patches named when they were asked last.
std::vector<ids::uuid> with_parents(std::vector<ids::uuid> todos, const queued_set& set) {
    todos.insert(todos.end(), set.parents.begin(), set.parents.end());
    return todos;
}

runtime::task<std::vector<todo>> read_concerned(pg::connection& connection, const queued_set& set) {
    auto todos = with_parents(named_by(set.what), set);
    if (todos.empty()) co_return std::vector<todo>();
    co_return co_await read_families(connection, set.by, todos, with_parents(families_of(set.what), set),
                                     most_concerned);
}

// Whether that parent has not been looked for. Then it is, in the next round.
bool look_for(const std::optional<ids::uuid>& parent, queued_set& set) {
    if (!parent) return false;
    const auto read = with_parents(named_by(set.what), set);
    if (std::find(read.begin(), read.end(), *parent) != read.end()) return false;
    set.parents.push_back(*parent);
    return true;
}

// A to-do that recurs needs the clock of its zone, and that needs a look into the database, which knows all zones.
runtime::task<std::variant<set_decision, refused_write>> decide_with_clocks(pg::connection& connection,
                                                                            const queued_set& set,
                                                                            const std::vector<todo>& current,
                                                                            const event_format& format) {
    zone_clocks clocks;
    const auto now = ids::now();
    for (;;) {
        auto decided = decide(set.what, set.mode, current, now, format, set.trace, clocks, set.by);
        if (clocks.wanted().empty()) co_return decided;
        co_await look_up(connection, clocks);
    }
}

}  // namespace

runtime::task<> write_todos(pg::connection& connection, queued_write& w, const event_format& format,
                            const std::string& writer) {
    auto& set = std::get<queued_set>(w.request);
    if (co_await settle_repeated(connection, w, set.once)) co_return;
    const auto current = co_await read_concerned(connection, set);
    if (is_too_large(current)) {
        w.outcome = refused_write{0, errc::set_too_large};
        co_return;
    }
    auto decided = co_await decide_with_clocks(connection, set, current, format);
    if (const auto* refused = std::get_if<refused_write>(&decided)) {
        if (!look_for(refused->unknown_parent, set)) w.outcome = *refused;
        co_return;
    }
    auto& d = std::get<set_decision>(decided);
    if (!d.events.empty() || set.once) {
        pg::parameters p;
        p.text(writer);
        append_held(p, d);
        append_events(p, d.events);
        append_removed(p, d.removed);
        append_key(p, set.once, d.results);  // $12 to $15
        append_todos(p, d, set.by);
        const auto written = co_await connection.query(write_set_statement, p);
        if (written.empty()) co_return;
    }
    w.outcome = committed_set{std::move(d.results), d.events.size()};
}

}  // namespace tidings::todo_be
