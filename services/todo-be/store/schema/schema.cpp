#include "store/schema/schema.hpp"

#include <algorithm>
#include <chrono>

#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// Another replica may be in the middle of a long migration: wait for it.
constexpr auto lock_deadline = 10min;
constexpr auto lock_pause = 100ms;
constexpr auto migration_deadline = std::chrono::milliseconds(10min);

const pg::statement try_lock{"migration_lock", "select pg_try_advisory_lock(7236215101)"};
const pg::statement note_applied{"note_migration", "insert into schema_migrations (name, checksum) values ($1, $2)"};
const pg::statement list_applied{"migrations_applied", "select name, checksum from schema_migrations order by name"};
constexpr const char* create_table =
    "create table if not exists schema_migrations ("
    "name text primary key, checksum text not null, applied_at timestamptz not null default now())";

runtime::task<std::vector<applied_migration>> read_applied(pg::connection& connection) {
    const auto found = co_await connection.query(list_applied);
    std::vector<applied_migration> applied;
    for (std::size_t i = 0; i < found.size(); ++i) {
        applied.push_back({std::string(found.text(i, 0)), std::string(found.text(i, 1))});
    }
    co_return applied;
}

// Asks again and again: a statement that waited for the lock would be one for which an index in the making waits.
runtime::task<> take_lock(pg::connection& connection) {
    const auto until = std::chrono::steady_clock::now() + lock_deadline;
    while (!(co_await connection.query(try_lock)).boolean(0, 0)) {
        if (std::chrono::steady_clock::now() > until)
            throw pg::error("55P03", "another replica has been migrating for too long");
        co_await runtime::sleep_for(lock_pause);
    }
}

// Each statement by itself: some cannot be in a transaction. They can be repeated, should this not get to its end.
runtime::task<> apply_online(pg::connection& connection, migration m) {
    for (const auto& sql : statements_of(m.sql))
        co_await connection.execute(sql, migration_deadline);
    co_await connection.query(note_applied, pg::parameters().text(m.name).text(m.checksum));
}

runtime::task<> apply_at_once(pg::connection& connection, migration m) {
    // Name and checksum come from this program's own files: no quoting is needed.
    std::string sql = "begin;\n";
    sql += m.sql;
    sql += ";\ninsert into schema_migrations (name, checksum) values ('";
    sql += m.name;
    sql += "', '";
    sql += m.checksum;
    sql += "');\ncommit;";
    co_await connection.execute(sql, migration_deadline);
}

runtime::task<> apply(pg::connection& connection, migration m) {
    if (m.name.ends_with("_online")) {
        co_await apply_online(connection, m);
    } else {
        co_await apply_at_once(connection, m);
    }
    log::info("migration applied", {{"migration", m.name}});
}

}  // namespace

std::vector<migration> missing_migrations(std::span<const migration> known,
                                          const std::vector<applied_migration>& applied) {
    std::vector<migration> missing;
    for (const auto& m : known) {
        const auto found =
            std::find_if(applied.begin(), applied.end(), [&](const auto& a) { return a.name == m.name; });
        if (found == applied.end()) {
            missing.push_back(m);
        } else if (found->checksum != m.checksum) {
            throw schema_mismatch("migration " + found->name +
                                  " was changed after it had been applied to this database; restore the file and add a "
                                  "new migration instead");
        }
    }
    return missing;
}

std::vector<std::string> statements_of(std::string_view sql) {
    std::vector<std::string> statements;
    for (auto rest = sql; !rest.empty();) {
        const auto end = std::min(rest.find(";\n"), rest.size());
        statements.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    return statements;
}

runtime::task<> migrate(runtime::asio::io_context& ctx, pg::connect_options options, std::span<const migration> known) {
    options.application_name = "todo-be migrations";
    // Limits that are for those who serve must not end an index in the making; migrations set their own.
    options.settings.emplace_back("statement_timeout", std::to_string(migration_deadline.count()));
    options.settings.emplace_back("lock_timeout", "0");
    const auto connection = co_await pg::connection::open(ctx, std::move(options));
    // The lock belongs to the session: it ends with this connection, however that ends.
    co_await take_lock(*connection);
    co_await connection->execute(create_table);
    const auto applied = co_await read_applied(*connection);
    for (const auto& m : missing_migrations(known, applied)) {
        co_await apply(*connection, m);
    }
}

}  // namespace tidings::todo_be
