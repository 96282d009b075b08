// From the rows that a write statement returns (seq, todo_id) to the to-dos they belong to.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "ids/uuid.hpp"
#include "pg/rows.hpp"

namespace tidings::todo_be {

// The seq for each of `todos`; nothing where no row was written.
std::vector<std::optional<std::int64_t>> seqs_of(std::span<const ids::uuid> todos, const pg::rows& logged);

}  // namespace tidings::todo_be
