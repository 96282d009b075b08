// Changes to to-dos that exist: read, decide, then write only where the version still is the one read. No lock is held
// between the two, and no update is lost: a row that another replica changed in between stays unsettled.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// One round for a batch of kind update or remove without an id twice. Throws pg::error.
runtime::task<> change_todos(pg::connection& connection, std::span<queued_write* const> batch, const self_link& link,
                             const std::string& origin);

// What one write does to `current` (nothing: no such row): settles it when nothing is to be written, else returns the
// next state and sets its event. Pure.
std::optional<todo> decide(change_write& w, const std::optional<todo>& current, const self_link& link,
                           ids::timestamp now);

}  // namespace tidings::todo_be
