// What a list is asked for.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "domain/todo.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t longest_page = 1'000;
inline constexpr std::size_t longest_search = 200;  // code points after trimming

// What a list is sorted by; of equal ones by age.
enum class sort_key {
    created,
    order,  // those without one last
    due,    // only those that have a due date
    updated,
    finished,  // by done_at; only those that are done
};

struct list_order {
    sort_key by = sort_key::created;
    bool descending = true;
    bool operator==(const list_order&) const = default;
};
inline constexpr list_order newest_first{};

// Where the last page ended.
struct list_position {
    list_order sort;
    std::optional<double> order;       // of sort_key::order
    std::optional<ids::timestamp> at;  // of those by time
    ids::uuid id;
    bool operator==(const list_position&) const = default;
};

// `from` and later, but earlier than `before`.
struct time_range {
    std::optional<ids::timestamp> from, before;
    bool empty() const { return !from && !before; }
    bool operator==(const time_range&) const = default;
};

struct list_query {
    std::size_t limit = 20;  // 1..longest_page
    std::optional<list_position> after;
    std::optional<bool> done;
    std::optional<ids::uuid> parent;  // only its subtasks
    std::vector<ids::uuid> parents;   // only the subtasks of these, when there are any
    bool top_level = false;           // no subtasks
    std::optional<std::string> label;
    std::optional<todo_be::priority> priority;
    std::optional<std::string> search;  // what title and notes must say, as people type it into a search engine
    list_order sort;                    // that of `after`, when there is one
    time_range range;                   // of what it is sorted by: due, updated or finished
    bool operator==(const list_query&) const = default;
};

// The position of a to-do in that order.
list_position position_of(const todo& t, const list_order& sort);

}  // namespace tidings::todo_be
