#include "store/token_end.hpp"

#include "domain/user.hpp"
#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

const pg::statement find_token_end{"find_token_end", R"sql(
select coalesce(floor(extract(epoch from min(expires_at)))::bigint, 0) from access_tokens
where owner = $1::bigint and expires_at > now() and expires_at > created_at + interval '30 days')sql"};

}  // namespace

runtime::task<double> next_token_end(pg::pool& pool) {
    auto connection = co_await pool.acquire();
    const auto rows = co_await connection->query(find_token_end, pg::parameters().integer(default_user.value));
    co_return static_cast<double>(rows.integer(0, 0));
}

runtime::task<> watch_token_end(pg::pool& pool, std::function<bool()> leading, std::function<void(double)> report) {
    for (;;) {
        const bool leads = leading();
        try {
            double end = 0;
            if (leads) end = co_await next_token_end(pool);
            report(end);
        } catch (const pg::error& e) {
            log::debug("looking for the end of tokens failed", {{"error", e.what()}});
        }
        co_await runtime::sleep_for(leads ? 60s : 1s);
    }
}

}  // namespace tidings::todo_be
