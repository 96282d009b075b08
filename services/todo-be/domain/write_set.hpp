// Changes of several kinds in one commit: all of them or none, or those that can be. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "domain/change_decision.hpp"
#include "domain/next_todo.hpp"
#include "domain/todo_event.hpp"

namespace tidings::todo_be {

struct create_todo {
    todo_fields fields;
    std::optional<ids::timestamp> done_at = {};  // of one that is done, when it was done before it came here
};

// Applied in this order: a later one sees what the earlier ones did.
using write_set = std::vector<std::variant<create_todo, change_todo, remove_todo>>;
inline constexpr std::size_t most_writes_in_set = 1'000;

enum class set_mode {
    whole,  // all of its writes, or none
    each,   // those that can be
};
using write_result = result<written_todo>;

// The first write of a whole set that cannot be: the set does nothing.
struct refused_write {
    std::size_t index;
    boost::system::error_code why;  // not_found, version_mismatch, version_held, one about its parent, or of its patch
    std::optional<ids::uuid> unknown_parent = {};  // of parent_unknown: which
};

// What one row of the database becomes.
struct row_change {
    todo state;
    std::int64_t read_version;  // the row must still have this one, and the adoptions of `state`
    std::int64_t adopted = 0;   // how many more; perhaps that is all, and the version stays
};

struct set_decision {
    std::vector<todo> created;
    std::vector<row_change> changed, removed;  // one for each to-do, however many writes it has
    std::vector<todo_event> events;            // in the order of the set; none for a write that changes nothing
    std::vector<write_result> results;         // one for each write; an error only with set_mode::each
};

// A to-do is removed together with its subtasks, each with an event of its own; the result is that of the to-do.
// One that recurs and becomes done leaves the next one, created by the set as well, with an event of its own; the
// result is that of the one that is done. `current`: the to-dos that the set names and the subtasks of its families, as
// far as they are there and `owner`'s. `clocks`: when it wants something afterwards, the decision is to be made again
// with the answers.
std::variant<set_decision, refused_write> decide(const write_set& set, set_mode mode, const std::vector<todo>& current,
                                                 ids::timestamp now, const event_format& format,
                                                 const trace_context& trace, zone_clocks& clocks,
                                                 user_id owner = default_user);

// The to-dos that the set changes, removes or puts subtasks under, each once.
std::vector<ids::uuid> named_by(const write_set& set);
// Those of them whose subtasks matter.
std::vector<ids::uuid> families_of(const write_set& set);

}  // namespace tidings::todo_be
