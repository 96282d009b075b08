// New to-dos, their events and their outbox entries: one statement for a whole batch.
#pragma once

#include <span>
#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// Settles every write of the batch, all of them queued_create; throws pg::error (then this call has settled none).
// `writer` is the payload of the notification (domain/change_notice.hpp), but for the number that the statement
// appends.
runtime::task<> create_todos(pg::connection& connection, std::span<queued_write* const> batch,
                             const std::string& writer);

// The same for queued_create_once: a key that is there already gets its first answer, or is refused. A write whose key
// expired in just that moment stays unsettled: try again. When it throws, what was committed is settled.
runtime::task<> create_todos_once(pg::connection& connection, std::span<queued_write* const> batch,
                                  const std::string& writer);

}  // namespace tidings::todo_be
