// The lists that users share, as handlers use them. Implemented on PostgreSQL by store/. Throws store_unavailable as
// the to-do storage does.
//
// Whoever is not a member is told that there is no such list (list_not_found).
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "context/request_context.hpp"
#include "domain/shared_list.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

struct joined_list {
    shared_list list;
    list_role role;  // of the one who asks
};

// What an act did.
struct list_outcome {
    shared_list list;
    std::optional<list_deed> deed;           // nothing: it was so already
    std::optional<list_role> role;           // of the one who asks, afterwards
    std::optional<list_member> member = {};  // whom it was about
};

// An Idempotency-Key, and what is kept with it. An act that changes nothing is not remembered.
struct act_once {
    std::string key;
    std::string request;  // its SHA-256 identifies the same request
    std::function<std::string(const list_outcome&)> answer;
};
struct answered_act {
    std::string text;  // the first answer
};
using act_result = std::variant<list_outcome, answered_act>;

class list_store {
  public:
    list_store() = default;
    list_store(const list_store&) = delete;
    list_store& operator=(const list_store&) = delete;
    virtual ~list_store() = default;

    virtual runtime::task<user_profile> person_of(user_id user) = 0;
    virtual runtime::task<std::vector<joined_list>> lists_of(user_id by) = 0;
    virtual runtime::task<result<joined_list>> list_of(user_id by, user_id list) = 0;
    virtual runtime::task<result<std::vector<list_member>>> members_of(user_id by, user_id list) = 0;

    // By the one who asks; throw right_over when that token was revoked meanwhile. `context` must outlive the task.
    // make() fails with lists_too_many, act() as decide() does, both with idempotency_key_reused. `target`: whom it is
    // about.
    virtual runtime::task<result<act_result>> make(std::string name, std::optional<act_once> once,
                                                   const request_context& context) = 0;
    virtual runtime::task<result<act_result>> act(user_id list, list_act wanted, std::optional<ids::uuid> target,
                                                  precondition expected, std::optional<act_once> once,
                                                  const request_context& context) = 0;
};

}  // namespace tidings::todo_be
