// The statements that write an act on a shared list, its event and its Idempotency-Key in one commit.
#pragma once

#include <optional>

#include "domain/list_store.hpp"
#include "domain/todo_event.hpp"
#include "pg/connection.hpp"

namespace tidings::todo_be {

// Both return a row when it is done: the key is new, the token by which it was asked for is there, and it is not too
// much (a new list), or the list is in the version before `made.list`'s (an act).
struct list_write {
    const list_outcome& made;
    const todo_event& event;
    const std::optional<act_once>& once;  // with the key as it is kept
    const request_context& context;
    user_id target = {};  // of `made.member`
};
const pg::statement& make_list();
pg::parameters making(const list_write& w);
const pg::statement& change_list();
pg::parameters changing(const list_write& w);

}  // namespace tidings::todo_be
