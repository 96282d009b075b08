// The body of a move.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "domain/todo.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t most_moved = 1'000;

struct move_request {
    std::vector<ids::uuid> moved;     // in the order that they are to have; each once
    bool behind = true;               // the neighbour; else before it
    std::optional<ids::uuid> beside;  // the neighbour, which is not moved; nothing: before all, or behind all
};

// {"ids": [...], "after": id} or {"ids": [...], "before": id}; "after": null is the beginning, "before": null the end.
// Fails as read_fields does, and with reorder_invalid: `wrong` says why.
result<move_request> read_move(std::string_view body, violations& wrong);

}  // namespace tidings::todo_be
