// What a change comes to: its preconditions, the next version of the to-do, the kind of change. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "domain/todo_patch.hpp"

namespace tidings::todo_be {

// A patch that depends on the to-do as it is. Perhaps asked more than once; the last answer counts.
using patch_of = std::function<result<todo_patch>(const todo& current)>;

struct change_todo {
    ids::uuid id;
    todo_patch patch;
    precondition expected;
    patch_of computed = {};          // instead of `patch`
    std::size_t computed_bytes = 0;  // the text that it holds or refers to
};

struct remove_todo {
    ids::uuid id;
    precondition expected;
    bool only_when_done = false;  // it and its subtasks
};

struct decision {
    todo state;                              // the next version; of a removal the last one
    std::optional<change> what;              // nothing: `state` is the current one, and there is nothing to write
    std::optional<todo_fields> recurs = {};  // it is done, and the next one is to be made of these
};

// `current`: nothing when the to-do does not exist. Fails with not_found, version_mismatch, version_held, not_done, as
// check_recurrence does, or as the computed patch does.
result<decision> decide(const change_todo& wanted, const std::optional<todo>& current, ids::timestamp now);
result<decision> decide(const remove_todo& wanted, const std::optional<todo>& current, ids::timestamp now);

// Whether a to-do of that version fulfils it. Fails with version_mismatch, version_held.
result<> check(const precondition& expected, std::int64_t version);

// Whether other to-dos are concerned, subtasks or the next one: then it is decided as a set (write_set.hpp).
bool concerns_family(const decision& d, const todo& current);

}  // namespace tidings::todo_be
