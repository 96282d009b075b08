// The to-do storage that handlers use. Implemented on PostgreSQL by store/.
//
// Errors caused by the input are returned as results; when the database is unavailable, too slow or overloaded,
// store_unavailable is thrown: the change may or may not have happened, and the client may retry (a create with its
// Idempotency-Key).
//
// Each call concerns the to-dos of one owner (of a write that of its context): those of others are not there.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "context/request_context.hpp"
#include "domain/list_query.hpp"
#include "domain/reorder.hpp"
#include "domain/restore_decision.hpp"
#include "domain/todo.hpp"
#include "domain/write_set.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct store_unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// An Idempotency-Key, and the data stored with it.
struct idempotency {
    std::string key;
    std::string request;  // in canonical form: its SHA-256 identifies the same request
    // The response to keep, made before the commit; a repeated request gets it again.
    std::function<std::string(std::span<const write_result>)> answer;
};

// What was answered when the key came first.
struct first_answer {
    ids::uuid todo_id;  // of the to-do that was created; of a set the first one
    std::string text;
};

using create_outcome = std::variant<written_todo, first_answer>;
using restore_outcome = std::variant<written_todo, first_answer>;
// One result for each write of the set.
using set_outcome = std::variant<std::vector<write_result>, first_answer, refused_write>;

// Large to-dos make it shorter than was asked for: it ends with the one that reaches this many bytes of text.
inline constexpr std::size_t largest_page = 1'000'000;

struct todo_page {
    std::vector<todo> items;
    bool more = false;
};

class todo_store {
  public:
    virtual ~todo_store() = default;

    // `context` must outlive the task that a write returns.
    // Each returns after the commit. Those with a key fail with idempotency_key_reused.
    virtual runtime::task<result<create_outcome>> create(todo_fields fields, std::optional<idempotency> once,
                                                         const request_context& context) = 0;
    // Fail with not_found, version_mismatch, version_held. A patch that changes nothing writes nothing.
    virtual runtime::task<result<written_todo>> change(change_todo wanted, const request_context& context) = 0;
    virtual runtime::task<result<written_todo>> remove(remove_todo wanted, const request_context& context) = 0;
    // Of one that is not deleted nothing is written.
    virtual runtime::task<result<restore_outcome>> restore(restore_todo wanted, std::optional<idempotency> once,
                                                           const request_context& context) = 0;
    // The writes of the set in one commit. At most most_writes_in_set, else std::length_error. Refused with
    // set_too_large when the to-dos concerned are too many or too large.
    virtual runtime::task<result<set_outcome>> write(write_set set, set_mode mode, std::optional<idempotency> once,
                                                     const request_context& context) = 0;

    // What was answered when the key came first, for those who read before they write; nothing for a new one.
    virtual runtime::task<result<std::optional<first_answer>>> find_first(idempotency once,
                                                                          const request_context& context) = 0;

    virtual runtime::task<result<todo>> find(user_id by, ids::uuid id) = 0;  // not_found
    virtual runtime::task<todo_page> list(user_id by, list_query query) = 0;
    // Where the to-dos of a page are in the list by order; where those given are, as far as they are there.
    virtual runtime::task<std::vector<placed>> orders(user_id by, list_query query) = 0;
    virtual runtime::task<std::vector<placed>> orders_of(user_id by, std::vector<ids::uuid> todos) = 0;
    // When those times were or will be; empty when the database does not know one of the zones.
    virtual runtime::task<std::vector<ids::timestamp>> instants_of(std::vector<local_time> times) = 0;
    // A text that is another one after each change, whichever replica makes it; printable ASCII without quotes.
    virtual runtime::task<std::string> state(user_id by) = 0;
    // How many there are on all pages.
    virtual runtime::task<std::int64_t> count(user_id by, list_query query) = 0;
};

}  // namespace tidings::todo_be
