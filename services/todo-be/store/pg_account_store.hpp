// Users and their tokens in PostgreSQL. On the primary, where what was just revoked is gone.
#pragma once

#include <chrono>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "domain/account_store.hpp"
#include "store/account_database.hpp"
#include "store/account_looks.hpp"

namespace tidings::todo_be {

class pg_account_store final : public account_store {
  public:
    // As account_database. `believed`: how long a user counts without being looked up again; a database that was
    // restored may have given the number to somebody else.
    pg_account_store(runtime::asio::io_context& ctx, const pg::pool_options& options, std::function<bool()> ready,
                     runtime::duration believed = std::chrono::minutes(1));

    runtime::task<user_id> user_of(identity::principal who) override;
    runtime::task<std::optional<request_access>> find(token_hash token) override;
    runtime::task<std::vector<ids::uuid>> living(std::vector<ids::uuid> tokens) override;
    runtime::task<std::optional<list_role>> role_of(user_id user, user_id list) override;
    runtime::task<std::vector<membership>> memberships(std::vector<membership> asked) override;
    runtime::task<result<access_token>> make(token_terms terms, token_hash token,
                                             const request_context& context) override;
    runtime::task<std::vector<access_token>> tokens_of(user_id owner) override;
    runtime::task<result<access_token>> token_of(user_id owner, ids::uuid id) override;
    runtime::task<result<access_token>> revoke(ids::uuid id, const request_context& context) override;

    account_database& database() { return database_; }

  private:
    account_database database_;
    account_looks looks_;
    // The users seen latest, by issuer, subject and name. All are forgotten when they are many.
    struct known_user {
        user_id id;
        runtime::time_point until;
    };
    std::unordered_map<std::string, known_user> users_;
    runtime::duration believed_;
};

}  // namespace tidings::todo_be
