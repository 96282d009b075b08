// One write that waits for its batch: what is wanted, and then what became of it.
#pragma once

#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <vector>

#include "domain/todo_event.hpp"
#include "domain/todo_store.hpp"

namespace tidings::todo_be {

enum class write_kind : std::uint8_t {
    create,       // no key: the hot path
    create_once,  // with an Idempotency-Key
    update,
    remove,
};

// Made by the store, settled by the statement of its kind.
struct queued_write {
    queued_write(write_kind k, const ids::uuid& i) : kind(k), id(i) {}

    write_kind kind;
    ids::uuid id;  // of the to-do

    bool settled = false;               // one of the three below holds the outcome
    boost::system::error_code refused;  // for the client
    std::exception_ptr failure;         // the database's
    written_todo answer;

    todo_event event;      // what a settled write has added to the outbox; no payload: nothing
    std::int64_t seq = 0;  // its place there

    void settle(written_todo a) {
        answer = std::move(a);
        settled = true;
    }
    void refuse(errc why) {
        refused = why;
        settled = true;
    }
    void fail(std::exception_ptr why) {
        failure = std::move(why);
        settled = true;
    }
};

struct create_write : queued_write {
    create_write(write_kind k, todo t) : queued_write(k, t.id), what(std::move(t)) {}
    todo what;
    std::string json;       // the answer
    std::string key;        // Idempotency-Key
    std::string canonical;  // the fields as JSON; its hash is the key's fingerprint
};

struct change_write : queued_write {
    using queued_write::queued_write;
    todo_patch patch;  // unused by remove
    precondition expected;
    trace_context trace;
};

}  // namespace tidings::todo_be
