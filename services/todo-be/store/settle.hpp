// From the rows a write statement returns (seq, todo_id) to the writes they belong to.
#pragma once

#include <span>

#include "pg/connection.hpp"
#include "store/write.hpp"

namespace tidings::todo_be {

// Sets `seq` of each write that has a row; the others keep 0.
void note_places(std::span<write* const> batch, const pg::rows& logged);

}  // namespace tidings::todo_be
