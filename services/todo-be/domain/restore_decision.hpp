// What restoring a deleted to-do comes to. Pure.
#pragma once

#include <optional>
#include <vector>

#include "domain/write_set.hpp"

namespace tidings::todo_be {

struct restore_todo {
    ids::uuid id;
    precondition expected;
};

struct restore_decision {
    std::vector<row_change> restored;  // none: it is not deleted, and there is nothing to write
    std::optional<todo> adopter;       // the to-do under which it comes back
    std::vector<todo_event> events;
    written_todo result;
};

// It comes back with the subtasks that went with it, and under the to-do that it was under, if that may have it; else
// on its own. `deleted`: it, as it was deleted, and those subtasks. `living`: those of them that are not deleted (any
// more); the to-do that it was under, with the subtasks that that one has. Fails with not_found, version_mismatch,
// version_held.
result<restore_decision> decide(const restore_todo& wanted, const std::vector<todo>& deleted,
                                const std::vector<todo>& living, ids::timestamp now, const event_format& format,
                                const trace_context& trace);

}  // namespace tidings::todo_be
