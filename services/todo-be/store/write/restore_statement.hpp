// Deleted to-dos that come back: with their events, in one statement.
#pragma once

#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// Settles a queued_restore, or leaves it unsettled when another replica was quicker: try again. Throws pg::error.
runtime::task<> restore_todos(pg::connection& connection, queued_write& w, const event_format& format,
                              const std::string& writer);

}  // namespace tidings::todo_be
