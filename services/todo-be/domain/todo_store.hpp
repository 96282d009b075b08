// Where the to-dos are kept, as the handlers see it. Implemented on PostgreSQL by store/.
//
// What the input caused comes back as a result; when the database is away, too slow or overloaded, store_unavailable is
// thrown: the change may or may not have happened, and the client may try again (a create with its Idempotency-Key).
#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "context/request_context.hpp"
#include "domain/todo.hpp"
#include "domain/todo_patch.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct store_unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a write answers: the to-do as JSON, with what its headers need.
struct written_todo {
    ids::uuid id;
    std::int64_t version = 1;
    std::string json;
    bool replayed = false;  // an earlier answer again, for the same Idempotency-Key
    ids::uuid event_id;     // nil when nothing changed
};

struct list_query {
    std::size_t limit = 20;               // 1..100
    std::optional<ids::uuid> older_than;  // where the last page ended
    std::optional<bool> done;
    bool operator==(const list_query&) const = default;
};

struct todo_page {
    std::vector<todo> items;  // newest first
    bool more = false;
};

class todo_store {
  public:
    virtual ~todo_store() = default;

    // `context` must outlive the task that a write returns.
    // `key` empty: none. Fails with idempotency_key_reused. The answer is given after the commit.
    virtual runtime::task<result<written_todo>> create(todo_fields fields, std::string key,
                                                       const request_context& context) = 0;
    // Fails with not_found, version_mismatch, version_held. A patch that changes nothing writes nothing.
    virtual runtime::task<result<written_todo>> change(ids::uuid id, todo_patch patch, precondition expected,
                                                       const request_context& context) = 0;
    // The answer holds the last state. Fails with not_found, version_mismatch, version_held.
    virtual runtime::task<result<written_todo>> remove(ids::uuid id, precondition expected,
                                                       const request_context& context) = 0;

    virtual runtime::task<result<todo>> find(ids::uuid id) = 0;  // not_found
    virtual runtime::task<todo_page> list(list_query query) = 0;
};

}  // namespace tidings::todo_be
