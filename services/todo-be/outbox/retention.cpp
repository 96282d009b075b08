#include "outbox/retention.hpp"

#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

// Events are numbered in the order of their time: the first thousand by seq are the oldest, without an index by time.
// What is deleted is noted for readers of the log, in the same commit.
const pg::statement prune_events{"prune_events", R"sql(
with old as materialized (
  select e.seq from (select seq, created_at from events order by seq limit 1000) e
  where e.created_at < now() - $1::bigint * interval '1 millisecond'
    and not exists (select from outbox o where o.seq = e.seq)
), noted as (
  update event_log set pruned_up_to = greatest(pruned_up_to, (select max(seq) from old)) where exists (select from old)
)
delete from events where seq = any(array(select seq from old)))sql"};

runtime::task<> apply(pg::pool& pool, const retention& rule) {
    for (auto deleted = retention_batch; deleted >= retention_batch;) {
        auto connection = co_await pool.acquire();
        const auto& s = rule.delete_batch;
        deleted = (co_await connection->query(s, pg::parameters().integer(rule.age.count()))).affected();
        if (deleted > 0) log::debug("old rows deleted", {{"statement", s.name()}, {"rows", deleted}});
    }
}

runtime::task<> apply_all(pg::pool& pool, const std::vector<retention>& rules) {
    try {
        for (const auto& rule : rules)
            co_await apply(pool, rule);
    } catch (const pg::error& e) {
        log::warn("deleting old rows failed", {{"error", e.what()}});
    }
}

}  // namespace

retention event_retention(std::chrono::milliseconds age) { return {prune_events, age}; }

runtime::task<> keep_retention(pg::pool& pool, std::vector<retention> rules, std::chrono::milliseconds interval,
                               std::function<bool()> leading) {
    for (;;) {
        co_await runtime::sleep_for(interval);
        if (leading()) co_await apply_all(pool, rules);
    }
}

}  // namespace tidings::todo_be
