// New orders for to-dos that are moved: as few as possible. Pure.
#pragma once

#include <optional>
#include <vector>

#include "domain/todo.hpp"

namespace tidings::todo_be {

// Where a to-do is in the list by order: by age among those of the same order, and those without one last.
struct placed {
    ids::uuid id;
    std::optional<double> order;
    bool operator==(const placed&) const = default;
};

// What is around the place to which to-dos are moved, without them. Each list is in the order of the list.
struct surroundings {
    std::optional<double> low;   // the order of the nearest one before it that has one
    std::vector<placed> before;  // those before it without an order
    std::vector<placed> behind;  // the nearest behind it
    bool all_behind = true;      // there are no more
};

// The orders that bring `moved` to that place, in that order: only those that change. Those without an order before it
// get one, since nothing comes after them otherwise; those behind it when there is no room. Nothing: there is none.
std::optional<std::vector<placed>> reorder(const std::vector<placed>& moved, const surroundings& around);

}  // namespace tidings::todo_be
