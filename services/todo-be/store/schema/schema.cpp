#include "store/schema/schema.hpp"

#include <algorithm>
#include <chrono>

#include "observe/log.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

// Another replica may be in the middle of a long migration: wait for it.
constexpr auto lock_deadline = 10min;
constexpr auto migration_deadline = 10min;

const pg::statement take_lock{"migration_lock", "select pg_advisory_lock(7236215101)"};
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

runtime::task<> apply(pg::connection& connection, migration m) {
    // Name and checksum come from this program's own files: no quoting is needed.
    std::string sql = "begin;\n";
    sql += m.sql;
    sql += ";\ninsert into schema_migrations (name, checksum) values ('";
    sql += m.name;
    sql += "', '";
    sql += m.checksum;
    sql += "');\ncommit;";
    co_await connection.execute(sql, migration_deadline);
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

runtime::task<> migrate(runtime::asio::io_context& ctx, pg::connect_options options, std::span<const migration> known) {
    options.application_name = "todo-be migrations";
    const auto connection = co_await pg::connection::open(ctx, std::move(options));
    // The lock belongs to the session: it ends with this connection, however that ends.
    co_await connection->query(take_lock, {}, lock_deadline);
    co_await connection->execute(create_table);
    const auto applied = co_await read_applied(*connection);
    for (const auto& m : missing_migrations(known, applied)) {
        co_await apply(*connection, m);
    }
}

}  // namespace tidings::todo_be
