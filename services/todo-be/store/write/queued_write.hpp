// One write that waits for its batch, and what became of it.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "domain/todo_event.hpp"
#include "domain/todo_store.hpp"

namespace tidings::todo_be {

struct queued_create {
    todo what;
    todo_event event;
};

// With an Idempotency-Key.
struct queued_create_once {
    todo what;
    todo_event event;
    idempotency once;
    std::string answer;  // kept for the key
};

struct queued_change {
    change_todo what;
    trace_context trace;
    user_id by = default_user;
};

struct queued_remove {
    remove_todo what;
    trace_context trace;
    user_id by = default_user;
};

struct queued_set {
    write_set what;
    set_mode mode = set_mode::whole;
    trace_context trace;
    std::optional<idempotency> once;
    std::vector<ids::uuid> parents = {};  // that only a computed patch names, as far as they are known
    user_id by = default_user;
};

struct queued_restore {
    restore_todo what;
    trace_context trace;
    std::optional<idempotency> once;
    user_id by = default_user;
};

using write_request =
    std::variant<queued_create, queued_create_once, queued_change, queued_remove, queued_set, queued_restore>;

// A row of `events` that a write has added.
struct logged_event {
    std::int64_t seq;
    todo_event event;
};

struct committed_write {
    todo state;
    logged_event logged;
};

struct committed_set {
    std::vector<write_result> results;
    std::size_t events;  // how many were logged
};

struct unchanged {
    todo state;
};

// It concerns subtasks: a set of its own must decide, with the whole family read.
struct family_needed {};

// monostate: not settled yet; error_code: refused, for the client; exception_ptr: the database's failure.
using write_outcome = std::variant<std::monostate, committed_write, committed_set, unchanged, family_needed,
                                   first_answer, refused_write, boost::system::error_code, std::exception_ptr>;

// Made by the store, settled by the statement of its kind.
struct queued_write {
    explicit queued_write(write_request r) : request(std::move(r)) {}

    bool settled() const { return outcome.index() != 0; }

    write_request request;
    write_outcome outcome;
};

// The to-do that a write is about; of a set the nil UUID.
ids::uuid todo_of(const write_request& r);

// Whose to-dos the writes are about.
std::vector<user_id> owners_of(std::span<queued_write* const> batch);

// About how many bytes of text it holds.
std::size_t bytes_of(const write_request& r);

}  // namespace tidings::todo_be
