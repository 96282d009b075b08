#include "store/write/create_statement.hpp"

#include <vector>

#include "outbox/event_log.hpp"
#include "store/read/todo_rows.hpp"
#include "store/write/settle.hpp"
#include "store/write/todo_columns.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* announce_sql = R"sql(
select seq, todo_id, (select pg_notify('todos_changed', $12)) from logged)sql";

// Two plain scans instead of one shared input: no row is materialised twice.
const std::string insert_todos_sql = R"sql(
with made as (
  insert into todos (id, title, done, "order", due, priority, labels, version, created_at, updated_at, done_at)
  select id, title, done, place, due, priority, labels::text[], 1, made_at, made_at, done_at
  from unnest($1::uuid[], $2::text[], $3::boolean[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
              $8::timestamptz[], $9::timestamptz[])
       as input (id, title, done, place, due, priority, labels, made_at, done_at)
), )sql" + log_events(R"sql(select event_id, todo_id, 'io.tidings.todo.created.v1', payload
  from unnest($10::uuid[], $1::uuid[], $11::text[]) as input (event_id, todo_id, payload))sql") +
                                     announce_sql;
const pg::statement insert_todos{"create_todos", insert_todos_sql};

// Keys in their order: two replicas with the same keys then cannot wait for each other.
const std::string insert_todos_once_sql = R"sql(
with input as (
  select * from unnest($1::uuid[], $2::text[], $3::boolean[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
                       $8::timestamptz[], $9::timestamptz[], $10::uuid[], $11::text[], $13::text[], $14::text[], $15::text[])
       as row (id, title, done, place, due, priority, labels, made_at, done_at, event_id, payload, key, canonical, answer)
), claimed as (
  insert into idempotency_keys (key, fingerprint, todo_id, answer)
  select key, sha256(convert_to(canonical, 'UTF8')), id, answer from input order by key
  on conflict (key) do nothing
  returning todo_id
), made as (
  insert into todos (id, title, done, "order", due, priority, labels, version, created_at, updated_at, done_at)
  select id, title, done, place, due, priority, labels::text[], 1, made_at, made_at, done_at
  from input where id in (select todo_id from claimed)
), )sql" + log_events(R"sql(select event_id, id, 'io.tidings.todo.created.v1', payload
  from input where id in (select todo_id from claimed))sql") +
                                          announce_sql;
const pg::statement insert_todos_once{"create_todos_once", insert_todos_once_sql};

const pg::statement first_answers{"first_answers", R"sql(
select asked.place, k.fingerprint = sha256(convert_to(asked.canonical, 'UTF8')), k.todo_id, k.answer
from unnest($1::text[], $2::text[]) with ordinality as asked (key, canonical, place)
join idempotency_keys k on k.key = asked.key)sql"};

create_write& as_create(queued_write* w) { return static_cast<create_write&>(*w); }

pg::parameters create_parameters(std::span<queued_write* const> batch, const std::string& origin) {
    todo_columns todos;
    event_columns happened;
    for (auto* w : batch) {
        todos.add(as_create(w).what);
        happened.add(w->event);
    }
    pg::parameters p;
    todos.append_to(p);
    happened.append_to(p);
    p.text(origin);
    return p;
}

void settle_created(std::span<queued_write* const> batch, const pg::rows& logged) {
    note_places(batch, logged);
    for (auto* w : batch) {
        if (w->seq == 0) continue;
        w->settle({.id = w->id, .version = 1, .json = std::move(as_create(w).json), .event_id = w->event.id});
    }
}

runtime::task<> settle_replayed(pg::connection& connection, std::vector<queued_write*> repeated) {
    std::vector<std::string_view> keys;
    std::vector<std::string_view> canonicals;
    for (auto* w : repeated) {
        keys.push_back(as_create(w).key);
        canonicals.push_back(as_create(w).canonical);
    }
    const auto found = co_await connection.query(first_answers, pg::parameters().texts(keys).texts(canonicals));
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto& w = *repeated.at(static_cast<std::size_t>(found.integer(i, 0)) - 1);
        w.event = {};
        if (found.boolean(i, 1)) {
            w.settle(
                {.id = read_uuid(found, i, 2), .version = 1, .json = std::string(found.text(i, 3)), .replayed = true});
        } else {
            w.refuse(errc::idempotency_key_reused);
        }
    }
}

}  // namespace

runtime::task<> create_todos(pg::connection& connection, std::span<queued_write* const> batch,
                             const std::string& origin) {
    const auto parameters = create_parameters(batch, origin);
    const auto logged = co_await connection.query(insert_todos, parameters);
    settle_created(batch, logged);
}

runtime::task<> create_todos_once(pg::connection& connection, std::span<queued_write* const> batch,
                                  const std::string& origin) {
    auto parameters = create_parameters(batch, origin);
    std::vector<std::string_view> keys;
    std::vector<std::string_view> canonicals;
    std::vector<std::string_view> answers;
    for (auto* w : batch) {
        keys.push_back(as_create(w).key);
        canonicals.push_back(as_create(w).canonical);
        answers.push_back(as_create(w).json);
    }
    parameters.texts(keys).texts(canonicals).texts(answers);
    const auto logged = co_await connection.query(insert_todos_once, parameters);
    settle_created(batch, logged);
    std::vector<queued_write*> repeated;
    for (auto* w : batch) {
        if (!w->settled) repeated.push_back(w);
    }
    if (!repeated.empty()) co_await settle_replayed(connection, std::move(repeated));
}

}  // namespace tidings::todo_be
