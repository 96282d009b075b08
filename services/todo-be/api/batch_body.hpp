// The body of a batch: operations that are done in one commit.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "domain/write_set.hpp"

namespace tidings::todo_be {

enum class batch_verb { create, change, complete, remove };

// One operation of a batch, as the answer needs it.
struct batch_operation {
    batch_verb verb = batch_verb::create;
    boost::system::error_code why = {};  // it cannot be done, whatever there is: not part of the set
    violations wrong = {};
};

struct batch {
    bool atomic = true;  // all operations, or none
    std::vector<batch_operation> operations;
    write_set writes;  // of those that are well-formed, in their order
};

// {"operations": [{"op": "create", "todo": {...}}, {"op": "change", "id": ..., "todo": {...}, "version": 3},
// {"op": "complete", "id": ...}, {"op": "delete", "id": ...}], "atomic": false}. Fails as read_fields does, and with
// batch_invalid: the members above are wrong, or an operation of an atomic batch is; `wrong` says which.
// `versions`: one that is about a to-do that there is must say its version.
result<batch> read_batch(std::string_view body, violations& wrong, bool versions = false);

}  // namespace tidings::todo_be
