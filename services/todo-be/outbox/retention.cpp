#include "outbox/retention.hpp"

#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

// Events are numbered in the order of their time: the first thousand by seq are the oldest, without an index by time.
const pg::statement prune_events{"prune_events", R"sql(
delete from events where seq = any(array(
  select e.seq from (select seq, created_at from events order by seq limit 1000) e
  where e.created_at < now() - $1::bigint * interval '1 millisecond'
    and not exists (select from outbox o where o.seq = e.seq))))sql"};

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
