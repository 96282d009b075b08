// Lists that several users share, and what becomes of them by an administrative act. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "domain/errc.hpp"
#include "domain/list_role.hpp"
#include "domain/todo_patch.hpp"
#include "domain/user.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t most_lists_made = 100;    // by one user, without those that are deleted
inline constexpr std::size_t most_lists_kept = 1'000;  // with those that were deleted within 30 days
inline constexpr std::size_t most_lists_joined = 500;  // of one user
inline constexpr std::size_t most_members = 100;       // of one list

struct shared_list {
    user_id id;
    std::string name;
    std::int64_t version = 1;  // another one after each act
    ids::timestamp created_at, updated_at;
    std::size_t members = 1;
};

// A user, as others see one.
struct user_profile {
    ids::uuid id;  // nobody can guess it: whoever is to be a member tells it
    std::string name;
};

struct list_member {
    user_profile user;
    list_role role = list_role::reader;
    ids::timestamp added_at;
};

struct rename_list {
    std::string name;  // empty: as it is
};
struct delete_list {};
struct put_member {
    list_role role;
};
struct remove_member {};
using list_act = std::variant<rename_list, delete_list, put_member, remove_member>;

// What is there when an act is decided.
struct list_state {
    shared_list list;
    list_role asker = list_role::reader;
    std::size_t admins = 1;
    // The user whom the act is about, if there is one.
    std::optional<user_profile> target = {};
    bool target_asks = false;
    std::optional<list_role> target_role = {};
    std::size_t target_lists = 0;
};

// What was done, each with its event.
enum class list_deed { created, renamed, deleted, member_added, member_changed, member_removed };

// Nothing: it is so already. Everything but leaving is an admin's (list_admin_needed); one remains (last_admin). Fails
// also with list_version_mismatch, list_version_held, user_unknown, member_not_found, members_too_many,
// user_lists_too_many.
result<std::optional<list_deed>> decide(const list_act& act, const list_state& state, const precondition& expected);

}  // namespace tidings::todo_be
