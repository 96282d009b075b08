#include "outbox/logged_pages.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tidings::todo_be {

namespace {

// One row at least, with what is known of the log itself.
std::string log_of(std::string_view condition) {
    return R"sql(
select l.pruned_up_to, coalesce(pg_sequence_last_value(pg_get_serial_sequence('events', 'seq')::regclass), 0),
  e.seq, e.type, e.payload, e.followed, e.owner
from event_log l left join lateral (
  select * from (
    select x.seq, x.type, x.payload, x.owner, row_number() over w as place, lead(x.seq) over w is not null as followed,
      sum(octet_length(x.payload)) over w - octet_length(x.payload) as bytes_before
    from (select seq, type, payload, owner from events where seq > $1::bigint)sql" +
           std::string(condition) + R"sql( order by seq limit $2::bigint + 1) x
    window w as (order by x.seq)
  ) y where place <= $2::bigint and bytes_before < $3::bigint
) e on true
order by e.seq)sql";
}
const pg::statement read_log{"read_log", log_of("")};
// By the index of those that are not the first user's.
const pg::statement read_log_of{"read_log_of", log_of(" and owner = $4::bigint and owner <> 1")};
// No equation, of which a planner without statistics expects few rows.
const pg::statement read_log_of_first{"read_log_of_first", log_of(" and owner <= 1")};

std::pair<const pg::statement&, pg::parameters> query_of(const page_request& asked) {
    auto p = pg::parameters().integer(asked.after).integer(asked.limit).integer(asked.bytes);
    if (!asked.owner) return {read_log, std::move(p)};
    if (*asked.owner == default_user) return {read_log_of_first, std::move(p)};
    return {read_log_of, std::move(p.integer(asked.owner->value))};
}

// Whoever inserts an event locks the table before it draws a number, until its commit is visible to everybody. The
// numbers are looked at first: the writers of all of them are then among those that hold the lock, or have ended.
const pg::statement look_at_log{"look_at_log", R"sql(
with drawn as materialized (
  select coalesce(pg_sequence_last_value(pg_get_serial_sequence('events', 'seq')::regclass), 0) as seq
)
select d.seq, h.transaction from drawn d left join lateral (
  select distinct virtualtransaction as transaction from pg_locks
  where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock' and granted
    and database = (select oid from pg_database where datname = current_database()) and d.seq >= 0
) h on true)sql"};

}  // namespace

runtime::task<log_page> read_page(pg::connection& connection, page_request asked) {
    const auto [sql, values] = query_of(asked);
    const auto rows = co_await connection.query(sql, values);
    if (rows.empty()) throw pg::error("XX000", "the table event_log has lost its row");
    log_page page;
    page.pruned_up_to = rows.integer(0, 0);
    page.last_drawn = rows.integer(0, 1);
    for (std::size_t i = 0; i < rows.size() && !rows.is_null(i, 2); ++i) {
        page.entries.push_back({rows.integer(i, 2),
                                std::string(rows.text(i, 3)),
                                std::string(rows.text(i, 4)),
                                {static_cast<std::int32_t>(rows.integer(i, 6))}});
        page.more = rows.boolean(i, 5);
    }
    co_return page;
}

runtime::task<log_look> look_at_writers(pg::connection& connection) {
    const auto rows = co_await connection.query(look_at_log);
    log_look look;
    look.last_drawn = rows.integer(0, 0);
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (!rows.is_null(i, 1)) look.writers.emplace_back(rows.text(i, 1));
    std::sort(look.writers.begin(), look.writers.end());
    co_return look;
}

}  // namespace tidings::todo_be
