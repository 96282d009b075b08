#include "pg/pooler.hpp"

namespace tidings::pg {

namespace {

constexpr int rounds = 3;  // others may come between, and a pooler may take its sessions in turn

runtime::task<std::int64_t> session_of(connection& c) {
    const rows r = co_await c.execute("select pg_backend_pid()");
    co_return r.integer(0, 0);
}

runtime::task<bool> share_sessions(connection& one, connection& other) {
    const auto before = co_await session_of(one);
    if (co_await session_of(other) == before) co_return true;
    co_await other.execute("begin");  // holds a session, possibly the one `one` had
    if (co_await session_of(other) == before) co_return true;
    const auto after = co_await session_of(one);
    co_await other.execute("rollback");
    co_return after != before;
}

}  // namespace

runtime::task<> refuse_shared_sessions(runtime::asio::io_context& ctx, connect_options options) {
    options.settings.clear();  // strangers would get them
    const auto one = co_await connection::open(ctx, options);
    const auto other = co_await connection::open(ctx, options);
    for (int round = 0; round < rounds; ++round) {
        if (!co_await share_sessions(*one, *other)) continue;
        throw error("08004",
                    "a pooler gives each transaction another session; this service needs session mode (PgBouncer: "
                    "pool_mode = session), or PostgreSQL itself");
    }
}

}  // namespace tidings::pg
