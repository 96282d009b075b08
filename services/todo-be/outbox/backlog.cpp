#include "outbox/backlog.hpp"

#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

const pg::statement count_outbox{"count_outbox", R"sql(
select (select count(*) from (select from outbox limit $1::bigint) o),
       coalesce((select (extract(epoch from now() - created_at) * 1000000)::bigint from events
                 where seq = (select min(seq) from outbox)), 0))sql"};

}  // namespace

runtime::task<outbox_backlog> count_backlog(pg::pool& pool) {
    auto connection = co_await pool.acquire();
    const auto rows = co_await connection->query(count_outbox, pg::parameters().integer(most_counted));
    co_return outbox_backlog{rows.integer(0, 0), static_cast<double>(rows.integer(0, 1)) / 1e6};
}

runtime::task<> watch_backlog(pg::pool& pool, std::function<bool()> leading,
                              std::function<void(const outbox_backlog&)> report) {
    for (;;) {
        try {
            outbox_backlog backlog;
            if (leading()) backlog = co_await count_backlog(pool);
            report(backlog);
        } catch (const pg::error& e) {
            log::debug("counting the outbox failed", {{"error", e.what()}});
        }
        co_await runtime::sleep_for(1s);
    }
}

}  // namespace tidings::todo_be
