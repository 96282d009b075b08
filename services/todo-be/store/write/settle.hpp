// From the rows a write statement returns (seq, todo_id) to the writes they belong to.
#pragma once

#include <span>

#include "pg/connection.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

// Sets `seq` of each write that has a row; the others keep 0.
void note_places(std::span<queued_write* const> batch, const pg::rows& logged);

}  // namespace tidings::todo_be
