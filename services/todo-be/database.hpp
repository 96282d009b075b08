// How todo-be connects to its database and ensures the right schema.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "settings.hpp"

namespace tidings::todo_be {

// The connection string for libpq.
std::string conninfo_of(const settings& s);

// Of connections that serve requests and the relay: the server enforces deadlines as well.
pg::connect_options serving_options_of(const settings& s);
// Of those that serve requests: through the pooler, if there is one. They need no session of their own.
pg::connect_options request_options_of(const settings& s);
// The same for a connection that must be to the primary.
pg::connect_options writing(pg::connect_options options);

// Whether migrating may work when it is tried again: PostgreSQL is unavailable, or another session was in the way. A
// replica of before that waits for the lock of the migrations and an index in the making wait for each other.
bool worth_retrying(const pg::error& e);

// Waits for PostgreSQL, applies the migrations, returns. Throws schema_mismatch, or pg::error for a migration that is
// wrong. With a limit it also throws the pg::error of a database that refuses, and of one that is unreachable for
// longer.
runtime::task<> migrate_when_possible(runtime::asio::io_context& ctx, const settings& s,
                                      std::optional<std::chrono::milliseconds> limit = {});

}  // namespace tidings::todo_be
