// What was answered when an Idempotency-Key came first.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/todo_store.hpp"
#include "pg/connection.hpp"
#include "runtime/task.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

struct kept_answer {
    bool same_request;
    first_answer answer;
};

// The answer stored for each key; nothing for a new one. `asked` must live until the task ends. Throws pg::error.
runtime::task<std::vector<std::optional<kept_answer>>> read_first_answers(pg::connection& connection,
                                                                          std::span<const idempotency* const> asked);

// Settles a write whose key is kept: the first answer again, or refused when another request had it.
void settle_kept(queued_write& w, kept_answer kept);

}  // namespace tidings::todo_be
