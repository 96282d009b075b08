#include "domain/account_store.hpp"

#include <algorithm>

namespace tidings::todo_be {

bool held_rights::has(const std::optional<ids::uuid>& token, const std::optional<membership>& member) const {
    if (token && !std::binary_search(tokens.begin(), tokens.end(), *token)) return false;
    if (!member) return true;
    // One has one role in a list: the first that is not below the one that is needed is it, if it is there.
    const auto held = std::lower_bound(members.begin(), members.end(), *member);
    return held != members.end() && held->user == member->user && held->list == member->list;
}

std::optional<membership> membership_of(const request_access& a) {
    if (a.list == 0) return std::nullopt;
    return membership{{a.user}, {a.list}, static_cast<list_role>(a.role)};
}

runtime::task<held_rights> account_store::still_held(held_rights asked) {
    held_rights held;
    if (!asked.tokens.empty()) held.tokens = co_await living(std::move(asked.tokens));
    if (!asked.members.empty()) held.members = co_await memberships(std::move(asked.members));
    std::sort(held.tokens.begin(), held.tokens.end());
    std::sort(held.members.begin(), held.members.end());
    co_return held;
}

}  // namespace tidings::todo_be
