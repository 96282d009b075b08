// Brings the database's schema to this program's version.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/schema/migrations.hpp"

namespace tidings::todo_be {

// The database was migrated by another program than this one: no retry helps. what() names the migration.
struct schema_mismatch : std::runtime_error {
    using std::runtime_error::runtime_error;
};

struct applied_migration {
    std::string name;
    std::string checksum;
};

// Which of `known` are still to be applied. Throws schema_mismatch when an applied one has changed since. Applied ones
// that are not known are a newer program's, and fine: replicas of two versions run side by side during a roll-out.
std::vector<migration> missing_migrations(std::span<const migration> known,
                                          const std::vector<applied_migration>& applied);

// The statements of a migration whose name ends with "_online": each ends with ";" at the end of a line.
std::vector<std::string> statements_of(std::string_view sql);

// Applies the missing migrations, each in its own transaction (but "_online": each statement in its own, and
// repeatable), under an advisory lock: any number of replicas may call it concurrently. Throws pg::error,
// schema_mismatch.
runtime::task<> migrate(runtime::asio::io_context& ctx, pg::connect_options options,
                        std::span<const migration> known = migrations());

}  // namespace tidings::todo_be
