// A set of writes in one statement: all of its rows are written in one commit, or none is.
#pragma once

#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// One round for a queued_set: read, decide, then write only when every row still is the one read. Otherwise the write
// stays unsettled: try again. Throws pg::error.
runtime::task<> write_todos(pg::connection& connection, queued_write& w, const event_format& format,
                            const std::string& writer);

}  // namespace tidings::todo_be
