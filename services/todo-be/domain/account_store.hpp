// The users and their personal access tokens, as handlers use them. Implemented on PostgreSQL by store/. Throws
// store_unavailable as the to-do storage does.
#pragma once

#include <compare>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "context/request_context.hpp"
#include "domain/errc.hpp"
#include "domain/list_role.hpp"
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

struct membership {
    user_id user, list;
    list_role role;
    auto operator<=>(const membership&) const = default;
};

// On what the right of somebody who was let in depends, as long as it takes.
struct held_rights {
    std::vector<ids::uuid> tokens;    // sorted
    std::vector<membership> members;  // sorted
    bool has(const std::optional<ids::uuid>& token, const std::optional<membership>& member) const;
};
// The membership on which a right depends; nothing where it is about no list.
std::optional<membership> membership_of(const request_access& a);

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

    // The role of a user in a list; nothing for whoever is not a member.
    virtual runtime::task<std::optional<list_role>> role_of(user_id user, user_id list) = 0;
    // The memberships that those users have in those lists now.
    virtual runtime::task<std::vector<membership>> memberships(std::vector<membership> asked) = 0;

    // What of `asked` is still held: tokens that are there, memberships with their roles of now.
    runtime::task<held_rights> still_held(held_rights asked);

    // Of the one who asks. `context` must outlive the task. Fails with tokens_too_many.
    virtual runtime::task<result<access_token>> make(token_terms terms, token_hash token,
                                                     const request_context& context) = 0;
    virtual runtime::task<std::vector<access_token>> tokens_of(user_id owner) = 0;
    virtual runtime::task<result<access_token>> token_of(user_id owner, ids::uuid id) = 0;  // token_not_found
    virtual runtime::task<result<access_token>> revoke(ids::uuid id, const request_context& context) = 0;  // the same
};

}  // namespace tidings::todo_be
