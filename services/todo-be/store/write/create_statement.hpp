// New to-dos, their events and their outbox entries: one statement for a whole batch.
#pragma once

#include <span>
#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// Settles every write of the batch, all of kind create; throws pg::error (then none is settled by this call).
// `origin` is the payload of the notification to other replicas.
runtime::task<> create_todos(pg::connection& connection, std::span<queued_write* const> batch,
                             const std::string& origin);

// The same for create_once: a key that is there already is answered with its first answer, or refused. A write whose
// key expired in just that moment stays unsettled: try again.
runtime::task<> create_todos_once(pg::connection& connection, std::span<queued_write* const> batch,
                                  const std::string& origin);

}  // namespace tidings::todo_be
