#include "outbox/retention.hpp"

#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t batch = 1'000;

// Events are numbered in the order of their time: the first thousand by seq are the oldest, without an index by time.
const pg::statement prune_events{"prune_events", R"sql(
delete from events where seq = any(array(
  select e.seq from (select seq, created_at from events order by seq limit 1000) e
  where e.created_at < now() - $1::bigint * interval '1 millisecond'
    and not exists (select from outbox o where o.seq = e.seq))))sql"};

const pg::statement prune_keys{"prune_keys", R"sql(
delete from idempotency_keys where key = any(array(
  select key from idempotency_keys where created_at < now() - $1::bigint * interval '1 millisecond'
  order by created_at limit 1000)))sql"};

runtime::task<> prune(pg::pool& pool, const pg::statement& s, std::chrono::milliseconds older_than) {
    for (;;) {
        auto connection = co_await pool.acquire();
        const auto answer = co_await connection->query(s, pg::parameters().integer(older_than.count()));
        if (answer.affected() > 0) log::debug("old rows deleted", {{"statement", s.name()}, {"rows", answer.affected()}});
        if (answer.affected() < batch) co_return;
    }
}

runtime::task<> prune_all(pg::pool& pool, retention_options options) {
    try {
        co_await prune(pool, prune_events, options.events);
        co_await prune(pool, prune_keys, options.idempotency_keys);
    } catch (const pg::error& e) {
        log::warn("old rows could not be deleted", {{"error", e.what()}});
    }
}

}  // namespace

runtime::task<> keep_retention(pg::pool& pool, retention_options options, std::function<bool()> leading) {
    for (;;) {
        co_await runtime::sleep_for(options.every);
        if (leading()) co_await prune_all(pool, options);
    }
}

}  // namespace tidings::todo_be
