#include "database.hpp"

#include <algorithm>
#include <chrono>

#include "observe/log.hpp"
#include "pg/pooler.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"
#include "store/schema/schema.hpp"
#include "store/write/batch_progress.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// A value of libpq's key=value form (its documentation, 34.1.1.1).
void append_value(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += "='";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    out += "' ";
}

pg::connect_options connect_options_of(const settings& s) {
    pg::connect_options options;
    options.conninfo = conninfo_of(s);
    options.application_name = "todo-be";
    options.connect_timeout = s.connect_timeout;
    options.query_timeout = s.query_timeout;
    options.settings = {{"timezone", "UTC"}, {"extra_float_digits", "1"}};  // 0 would round an order
    return options;
}

}  // namespace

std::string conninfo_of(const settings& s) {
    if (!s.database_url.empty()) return s.database_url;
    std::string info;
    append_value(info, "host", s.postgres_host);
    append_value(info, "port", std::to_string(s.postgres_port));
    append_value(info, "dbname", s.postgres_db);
    append_value(info, "user", s.postgres_user);
    if (!s.postgres_password.empty()) append_value(info, "password", s.postgres_password);
    return info;
}

pg::connect_options writing(pg::connect_options options) {
    options.for_writes = true;
    return options;
}

// The server cancels slightly before this process stops waiting, so that no abandoned statement keeps running.
pg::connect_options serving_options_of(const settings& s) {
    auto options = connect_options_of(s);
    // A little more than deadlock_timeout, whose error says more.
    const auto lock_timeout = std::min(s.query_timeout * 9 / 10, std::chrono::milliseconds(1'500));
    options.settings.emplace_back("statement_timeout", std::to_string((s.query_timeout * 9 / 10).count()));
    options.settings.emplace_back("lock_timeout", std::to_string(lock_timeout.count()));
    options.settings.emplace_back("idle_in_transaction_session_timeout", "10000");
    return options;
}

pg::connect_options request_options_of(const settings& s) {
    auto options = serving_options_of(s);
    if (s.database_pooler_url.empty()) return options;
    options.conninfo = s.database_pooler_url;
    options.prepares = false;
    // Others get what is set in a session. PgBouncer knows this one, and gives it to the client that has set it.
    options.settings = {{"timezone", "UTC"}};
    return options;
}

bool worth_retrying(const pg::error& e) { return e.unavailable() || is_conflict(e.sqlstate); }

runtime::task<> migrate_when_possible(runtime::asio::io_context& ctx, const settings& s,
                                      std::optional<std::chrono::milliseconds> limit) {
    using clock = std::chrono::steady_clock;
    const auto start = clock::now();
    runtime::backoff pause(100ms, 2s);
    runtime::outage away;
    for (;;) {
        try {
            const auto options = writing(connect_options_of(s));
            co_await pg::refuse_shared_sessions(ctx, options);
            co_await migrate(ctx, options);
            co_return;
        } catch (const pg::error& e) {
            if (!worth_retrying(e)) throw;
            if (limit && (e.refused() || clock::now() - start >= *limit)) throw;
            if (away.failed(clock::now(), e.what()))
                log::warn(e.refused()       ? "PostgreSQL rejected the connection, retrying"
                          : e.unavailable() ? "PostgreSQL is unavailable, retrying"
                                            : "another session was in the way of a migration, retrying",
                          {{"error", e.what()}});
        }
        co_await runtime::sleep_for(pause.next());
    }
}

}  // namespace tidings::todo_be
