// What was answered when an Idempotency-Key came first.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
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
// The same in parts, for other ways to the database.
const pg::statement& first_answers();
pg::parameters parameters_of(std::span<const idempotency* const> asked);
std::vector<std::optional<kept_answer>> kept_answers(const pg::rows& found, std::size_t asked);

// The key as it is kept: each user's own, and of each list another one.
std::string key_of(const request_context& context, const std::string& key);

// Of a statement: `claimed`, with a row for the key when it is new. Four parameters from $`first` on, of append_key().
std::string claim_key(std::size_t first, std::string_view condition);
void append_key(pg::parameters& p, const std::optional<idempotency>& once, std::span<const write_result> results);

// Whether the key is kept: then `w` is settled with it. Due before anything is decided: meanwhile the to-dos have
// changed.
runtime::task<bool> settle_repeated(pg::connection& connection, queued_write& w,
                                    const std::optional<idempotency>& once);

// Settles a write whose key is kept: the first answer again, or refused when another request had it.
void settle_kept(queued_write& w, kept_answer kept);

}  // namespace tidings::todo_be
