// The clocks of time zones, by the rules that PostgreSQL has.
#pragma once

#include "domain/next_todo.hpp"
#include "pg/connection.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

// Answers what `clocks` wants. A zone that PostgreSQL does not know is taken for UTC.
runtime::task<> look_up(pg::connection& connection, zone_clocks& clocks);

}  // namespace tidings::todo_be
