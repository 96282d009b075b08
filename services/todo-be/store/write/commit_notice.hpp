// What one commit has added to the outbox, for the cache, the relay and the metrics.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "domain/todo_event.hpp"
#include "store/write/queued_write.hpp"

namespace tidings::todo_be {

struct commit_notice {
    std::vector<outbox_event> created;  // first events of new to-dos: nothing of theirs can come before
    bool others = false;                // further events, to be read from the outbox in their order
    std::size_t rows = 0;               // writes of the statement; 0: it is not known to have written
};

// Of the writes that one statement has just tried, once: takes the payloads of created to-dos out of the outcomes.
// Nothing when the commit changed nothing that anyone could have read before.
std::optional<commit_notice> take_notice(std::span<queued_write* const> tried);

// A statement may have been committed: its answer did not come.
inline commit_notice outcome_unknown() { return {.created = {}, .others = true}; }

}  // namespace tidings::todo_be
