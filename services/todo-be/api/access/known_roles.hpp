// The roles that users have in shared lists, as known within the last second: so long one that is taken away at another
// replica counts here. Who is no member is asked for each time, so that whoever becomes one is one at once.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "api/access/shared_looks.hpp"
#include "domain/account_store.hpp"

namespace tidings::todo_be {

class known_roles {
  public:
    using clock = std::chrono::steady_clock;

    // `accounts` must outlive it. At most `most` are known; then all are forgotten.
    explicit known_roles(account_store& accounts, clock::duration longest = std::chrono::milliseconds(900),
                         std::size_t most = 10'000);

    // Nothing for whoever is not a member. Throws store_unavailable.
    runtime::task<std::optional<list_role>> role_of(user_id user, user_id list);

    // Its members were changed here: they are asked for anew.
    void forget(user_id list);

  private:
    struct entry {
        list_role role;
        clock::time_point asked;
        bool renewing = false;  // before its time is over, by one of those who ask
    };
    using key = std::uint64_t;  // both numbers
    struct answer {
        std::optional<list_role> role;
        std::string away;  // why it cannot be known; empty: it is
    };

    runtime::task<answer> look(user_id user, user_id list, clock::time_point asked);

    account_store& accounts_;
    clock::duration longest_;
    std::size_t most_;
    std::uint64_t forgotten_ = 0;  // how often
    std::unordered_map<key, entry> known_;
    shared_looks<key, answer> looks_;
};

}  // namespace tidings::todo_be
