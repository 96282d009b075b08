// The rows of one batch, turned into one array per column for `unnest`.
#pragma once

#include <array>
#include <boost/container/small_vector.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/todo.hpp"
#include "domain/todo_event.hpp"
#include "pg/connection.hpp"
#include "store/write/batch_plan.hpp"

namespace tidings::todo_be {

// The arrays of todo_columns as parameters from `first` on: "$4::uuid[], $5::bigint[], ...".
std::string todo_arrays(std::size_t first);
// The names of their columns: "id, owner, title, ...".
std::string todo_names();
// How many they are.
std::size_t todo_array_count();

// "insert into todos ... from ...": the first version of the rows in `source`, whose columns are those of todo_names().
// `source` may end with a where clause.
std::string insert_todos_from(std::string_view source);

// "update todos t set ... from ...": the next version of the rows in `source`, a from list and a where clause in which
// `i` has the columns above and version. `more` are further assignments, each with a comma before it.
std::string update_todos_from(std::string_view source, std::string_view more = {});

// Those of `todos` and `deleted_todos` that stay as they are when a to-do is deleted or restored: all but parent,
// version and updated_at.
std::string kept_columns();

// "insert into deleted_todos ... from ...": `source` has the columns of the deleted rows, and those of their last
// version: last_version, removed_at. One that was there already (a row that came back by hand) is replaced.
std::string keep_deleted_from(std::string_view source);

// The columns that people set. Keeps views of the to-dos: they must outlive it.
class todo_columns {
  public:
    void add(const todo& t);
    // todo_array_count() parameters.
    void append_to(pg::parameters& p) const;

  private:
    void add_order(const std::optional<double>& order);

    std::vector<std::array<std::uint8_t, 16>> ids_;
    std::vector<std::int64_t> owners_;
    std::vector<std::optional<std::array<std::uint8_t, 16>>> parents_;
    std::vector<std::optional<double>> exact_orders_;
    std::vector<std::string_view> titles_, priorities_, notes_;
    std::vector<std::optional<std::string_view>> time_zones_, recurrences_;
    boost::container::small_vector<bool, most_rows> dones_, whole_days_;
    std::vector<std::optional<std::int64_t>> orders_, dues_, times_, done_times_;
    std::vector<std::string> labels_;
};

// The events that go with them, in the same order.
class event_columns {
  public:
    void add(const todo_event& e);
    // Two parameters: event id, payload.
    void append_to(pg::parameters& p) const;
    // One more: type.
    void append_types_to(pg::parameters& p) const;
    // One more: owner.
    void append_owners_to(pg::parameters& p) const;

  private:
    std::vector<std::array<std::uint8_t, 16>> ids_;
    std::vector<std::string_view> types_, payloads_;
    std::vector<std::int64_t> owners_;
};

}  // namespace tidings::todo_be
