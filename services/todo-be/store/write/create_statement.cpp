#include "store/write/create_statement.hpp"

#include <vector>

#include "outbox/event_log.hpp"
#include "store/write/first_answers.hpp"
#include "store/write/logged_events.hpp"
#include "store/write/todo_columns.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* announce_sql = R"sql(
select seq, todo_id, (select pg_notify('todos_changed', $12)) from logged)sql";

// Two plain scans instead of one shared input: no row is materialised twice.
const std::string insert_todos_sql =
    R"sql(
with made as (
  )sql" +
    insert_todos_from(
        R"sql(unnest($1::uuid[], $2::text[], $3::boolean[], $4::bigint[], $5::timestamptz[], $6::text[], $7::text[],
              $8::timestamptz[], $9::timestamptz[])
       as input (id, title, done, place, due, priority, labels, made_at, done_at))sql") +
    R"sql(
), )sql" +
    log_events(R"sql(select event_id, todo_id, 'io.tidings.todo.created.v1', payload
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
  )sql" + insert_todos_from("input where id in (select todo_id from claimed)") +
                                          R"sql(
), )sql" + log_events(R"sql(select event_id, id, 'io.tidings.todo.created.v1', payload
  from input where id in (select todo_id from claimed))sql") +
                                          announce_sql;
const pg::statement insert_todos_once{"create_todos_once", insert_todos_once_sql};

template <class Create>
std::vector<ids::uuid> add_columns(std::span<queued_write* const> batch, pg::parameters& p) {
    todo_columns todos;
    event_columns events;
    std::vector<ids::uuid> ids;
    for (auto* w : batch) {
        const auto& c = std::get<Create>(w->request);
        todos.add(c.what);
        events.add(c.event);
        ids.push_back(c.what.id);
    }
    todos.append_to(p);
    events.append_to(p);
    return ids;
}

template <class Create>
void settle_created(std::span<queued_write* const> batch, std::span<const ids::uuid> todos, const pg::rows& logged) {
    const auto seqs = seqs_of(todos, logged);
    for (std::size_t i = 0; i < batch.size(); ++i) {
        if (!seqs[i]) continue;
        auto& c = std::get<Create>(batch[i]->request);
        batch[i]->outcome = committed_write{std::move(c.what), {*seqs[i], std::move(c.event)}};
    }
}

runtime::task<> settle_repeated(pg::connection& connection, std::span<queued_write* const> batch) {
    std::vector<queued_write*> repeated;
    std::vector<const idempotency*> asked;
    for (auto* w : batch) {
        if (w->settled()) continue;
        repeated.push_back(w);
        asked.push_back(&std::get<queued_create_once>(w->request).once);
    }
    if (repeated.empty()) co_return;
    auto kept = co_await read_first_answers(connection, asked);
    for (std::size_t i = 0; i < kept.size(); ++i) {
        if (kept[i]) settle_kept(*repeated[i], std::move(*kept[i]));
    }
}

}  // namespace

runtime::task<> create_todos(pg::connection& connection, std::span<queued_write* const> batch,
                             const std::string& writer) {
    pg::parameters p;
    const auto todos = add_columns<queued_create>(batch, p);
    p.text(writer);
    const auto logged = co_await connection.query(insert_todos, p);
    settle_created<queued_create>(batch, todos, logged);
}

runtime::task<> create_todos_once(pg::connection& connection, std::span<queued_write* const> batch,
                                  const std::string& writer) {
    pg::parameters p;
    const auto todos = add_columns<queued_create_once>(batch, p);
    std::vector<std::string_view> keys;
    std::vector<std::string_view> requests;
    std::vector<std::string_view> answers;
    for (auto* w : batch) {
        const auto& c = std::get<queued_create_once>(w->request);
        keys.push_back(c.once.key);
        requests.push_back(c.once.request);
        answers.push_back(c.answer);
    }
    p.text(writer).texts(keys).texts(requests).texts(answers);
    const auto logged = co_await connection.query(insert_todos_once, p);
    settle_created<queued_create_once>(batch, todos, logged);
    co_await settle_repeated(connection, batch);
}

}  // namespace tidings::todo_be
