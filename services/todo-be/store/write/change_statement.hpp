// Changes to to-dos that exist: read, decide, then write only where the version still is the one read. No lock is held
// between the two, and no update is lost: a row that another replica changed in between stays unsettled.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// One round for a batch of queued_change, or of queued_remove, without a to-do twice; what concerns subtasks is settled
// with family_needed. Throws pg::error.
runtime::task<> change_todos(pg::connection& connection, std::span<queued_write* const> batch,
                             const event_format& format, const std::string& writer);

// The rows of these to-dos and of the subtasks of `families`, as far as they are there and that user's; not many more
// than `most`.
// Throws pg::error.
runtime::task<std::vector<todo>> read_families(pg::connection& connection, user_id by,
                                               const std::vector<ids::uuid>& todos,
                                               const std::vector<ids::uuid>& families, std::size_t most);

}  // namespace tidings::todo_be
