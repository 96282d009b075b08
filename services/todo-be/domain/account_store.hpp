// The users and their personal access tokens, as handlers use them. Implemented on PostgreSQL by store/. Throws
// store_unavailable as the to-do storage does.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "context/request_context.hpp"
#include "domain/errc.hpp"
#include "domain/scope.hpp"
#include "domain/token_text.hpp"
#include "domain/user.hpp"
#include "identity/principal.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "runtime/task.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t most_tokens = 100;  // of one user, without those that are over

struct token_terms {
    std::string name;
    scope_set scopes;
    ids::timestamp expires_at;
};

struct access_token {
    ids::uuid id;
    token_terms terms;
    ids::timestamp created_at;
    std::optional<ids::timestamp> last_used_at;  // to about ten minutes
};

class account_store {
  public:
    account_store() = default;
    account_store(const account_store&) = delete;
    account_store& operator=(const account_store&) = delete;
    virtual ~account_store() = default;

    // Whoever is seen for the first time becomes a user.
    virtual runtime::task<user_id> user_of(identity::principal who) = 0;

    // Nothing when there is no such token, or it is over.
    virtual runtime::task<std::optional<request_access>> find(token_hash token) = 0;
    // Those of `tokens` that are there and not over.
    virtual runtime::task<std::vector<ids::uuid>> living(std::vector<ids::uuid> tokens) = 0;

    // Of the one who asks. `context` must outlive the task. Fails with tokens_too_many.
    virtual runtime::task<result<access_token>> make(token_terms terms, token_hash token,
                                                     const request_context& context) = 0;
    virtual runtime::task<std::vector<access_token>> tokens_of(user_id owner) = 0;
    virtual runtime::task<result<access_token>> token_of(user_id owner, ids::uuid id) = 0;  // token_not_found
    virtual runtime::task<result<access_token>> revoke(ids::uuid id, const request_context& context) = 0;  // the same
};

}  // namespace tidings::todo_be
