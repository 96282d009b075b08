// Whose a bearer token is: users by what their provider says, personal access tokens by their hash. However many ask at
// the same time, they share a statement.
#pragma once

#include <functional>
#include <optional>

#include "context/request_context.hpp"
#include "domain/token_text.hpp"
#include "domain/user.hpp"
#include "identity/principal.hpp"
#include "store/account_database.hpp"
#include "store/joint_looks.hpp"

namespace tidings::todo_be {

class account_looks {
  public:
    // `database` must outlive it.
    explicit account_looks(account_database& database);

    // As account_store has them. Throw what the database does.
    runtime::task<user_id> user_of(identity::principal who) { return users_.get(std::move(who)); }
    runtime::task<std::optional<request_access>> find(token_hash token) { return tokens_.get(token); }

  private:
    joint_looks<identity::principal, user_id> users_;
    joint_looks<token_hash, std::optional<request_access>> tokens_;
};

}  // namespace tidings::todo_be
