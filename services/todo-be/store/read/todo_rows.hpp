// To-dos out of and into PostgreSQL's columns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "domain/reorder.hpp"
#include "domain/todo.hpp"
#include "pg/connection.hpp"

namespace tidings::todo_be {

// The select list that read_todo() reads, and how many columns it has.
std::string todo_select_list();
std::size_t todo_column_count();

// Throws pg::error when a row is not one that this service wrote.
todo read_todo(const pg::rows& rows, std::size_t row);
placed read_placed(const pg::rows& rows, std::size_t row);
ids::uuid read_uuid(const pg::rows& rows, std::size_t row, std::size_t column);

// Microseconds since the epoch.
std::int64_t microseconds(ids::timestamp t);
std::optional<std::int64_t> microseconds(const std::optional<ids::timestamp>& t);

// PostgreSQL's text form of a text[]: arrays of arrays must be rectangular, so that rows bring theirs as text.
std::string labels_literal(const std::vector<std::string>& labels);

}  // namespace tidings::todo_be
