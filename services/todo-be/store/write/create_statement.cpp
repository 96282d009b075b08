#include "store/write/create_statement.hpp"

#include <vector>

#include "outbox/event_log.hpp"
#include "store/write/first_answers.hpp"
#include "store/write/logged_events.hpp"
#include "store/write/todo_columns.hpp"

namespace tidings::todo_be {

namespace {

// $1 is the writer, $2 and $3 are the events, $4 and $5 the ids of the to-dos and whose they are.
constexpr const char* announce_sql = R"sql(
select seq, todo_id, (select pg_notify('todos_changed', $1::text || max(seq)) from logged) from logged)sql";

// Two plain scans instead of one shared input: no row is materialised twice.
const std::string insert_todos_sql =
    R"sql(
with made as (
  )sql" +
    insert_todos_from("unnest(" + todo_arrays(4) + ") as input (" + todo_names() + ")") +
    R"sql(
), )sql" +
    log_events(R"sql(select event_id, todo_id, 'io.tidings.todo.created.v1', payload, owner
  from unnest($2::uuid[], $4::uuid[], $3::text[], $5::bigint[]) as input (event_id, todo_id, payload, owner))sql") +
    announce_sql;
const pg::statement insert_todos{"create_todos", insert_todos_sql};

// Keys in their order: two replicas with the same keys then cannot wait for each other.
const std::string insert_todos_once_sql = R"sql(
with input as (
  select * from unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], )sql" +
                                          todo_arrays(7) +
                                          R"sql()
       as row (event_id, payload, key, canonical, answer, )sql" +
                                          todo_names() + R"sql()
), claimed as (
  insert into idempotency_keys (key, fingerprint, todo_id, answer)
  select key, sha256(convert_to(canonical, 'UTF8')), id, answer from input order by key
  on conflict (key) do nothing
  returning todo_id
), made as (
  )sql" + insert_todos_from("input where id in (select todo_id from claimed)") +
                                          R"sql(
), )sql" + log_events(R"sql(select event_id, id, 'io.tidings.todo.created.v1', payload, owner
  from input where id in (select todo_id from claimed))sql") +
                                          announce_sql;
const pg::statement insert_todos_once{"create_todos_once", insert_todos_once_sql};

// The parameters of a batch. `more` appends those between the events and the to-dos.
template <class Create, class More>
std::vector<ids::uuid> add_columns(std::span<queued_write* const> batch, pg::parameters& p, const std::string& writer,
                                   More more) {
    todo_columns todos;
    event_columns events;
    std::vector<ids::uuid> ids;
    for (auto* w : batch) {
        const auto& c = std::get<Create>(w->request);
        todos.add(c.what);
        events.add(c.event);
        ids.push_back(c.what.id);
    }
    p.text(writer);
    events.append_to(p);
    more(p);
    todos.append_to(p);
    return ids;
}

void append_keys(std::span<queued_write* const> batch, pg::parameters& p) {
    std::vector<std::string_view> keys;
    std::vector<std::string_view> requests;
    std::vector<std::string_view> answers;
    for (auto* w : batch) {
        const auto& c = std::get<queued_create_once>(w->request);
        keys.push_back(c.once.key);
        requests.push_back(c.once.request);
        answers.push_back(c.answer);
    }
    p.texts(keys).texts(requests).texts(answers);
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
    const auto todos = add_columns<queued_create>(batch, p, writer, [](pg::parameters&) {});
    const auto logged = co_await connection.query(insert_todos, p);
    settle_created<queued_create>(batch, todos, logged);
}

runtime::task<> create_todos_once(pg::connection& connection, std::span<queued_write* const> batch,
                                  const std::string& writer) {
    pg::parameters p;
    const auto todos = add_columns<queued_create_once>(batch, p, writer, [&](auto& to) { append_keys(batch, to); });
    const auto logged = co_await connection.query(insert_todos_once, p);
    settle_created<queued_create_once>(batch, todos, logged);
    co_await settle_repeated(connection, batch);
}

}  // namespace tidings::todo_be
