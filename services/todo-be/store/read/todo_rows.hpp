// To-dos out of and into PostgreSQL's columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/todo.hpp"
#include "pg/connection.hpp"

namespace tidings::todo_be {

// The select list that read_todo() reads. Times travel as whole microseconds, free of time zones and date styles.
#define TIDINGS_TODO_COLUMNS                                                                                     \
    "id, title, done, \"order\", (extract(epoch from due) * 1000000)::bigint, priority, array_to_json(labels), " \
    "version, (extract(epoch from created_at) * 1000000)::bigint, (extract(epoch from updated_at) * "            \
    "1000000)::bigint, "                                                                                         \
    "(extract(epoch from done_at) * 1000000)::bigint"

// Throws pg::error when a row is not one that this service wrote.
todo read_todo(const pg::rows& rows, std::size_t row);
ids::uuid read_uuid(const pg::rows& rows, std::size_t row, std::size_t column);

// Microseconds since the epoch.
std::int64_t microseconds(ids::timestamp t);
std::optional<std::int64_t> microseconds(const std::optional<ids::timestamp>& t);

// PostgreSQL's text form of a text[]: arrays of arrays must be rectangular, so that rows bring theirs as text.
std::string labels_literal(const std::vector<std::string>& labels);

}  // namespace tidings::todo_be
