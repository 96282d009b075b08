// Shared lists in PostgreSQL, on the primary. An act is read for, decided by domain/shared_list, and written if the
// list is still in the version that was read; else all over again: of two admins who remove each other one remains.
#pragma once

#include <string>
#include <vector>

#include "domain/list_store.hpp"
#include "store/account_database.hpp"

namespace tidings::todo_be {

class pg_list_store final : public list_store {
  public:
    // `database` must outlive it.
    explicit pg_list_store(account_database& database) : database_(database) {}

    runtime::task<user_profile> person_of(user_id user) override;
    runtime::task<std::vector<joined_list>> lists_of(user_id by) override;
    runtime::task<result<joined_list>> list_of(user_id by, user_id list) override;
    runtime::task<result<std::vector<list_member>>> members_of(user_id by, user_id list) override;
    runtime::task<result<act_result>> make(std::string name, std::optional<act_once> once,
                                           const request_context& context) override;
    runtime::task<result<act_result>> act(user_id list, list_act wanted, std::optional<ids::uuid> target,
                                          precondition expected, std::optional<act_once> once,
                                          const request_context& context) override;

  private:
    struct scene;
    runtime::task<std::optional<result<act_result>>> kept(const std::optional<act_once>& once);
    runtime::task<std::optional<scene>> look(user_id list, user_id by, std::optional<ids::uuid> target);
    runtime::task<> check_token(const request_context& context);

    account_database& database_;
};

}  // namespace tidings::todo_be
