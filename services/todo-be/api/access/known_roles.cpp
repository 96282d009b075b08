#include "api/access/known_roles.hpp"

#include "domain/todo_store.hpp"

namespace tidings::todo_be {

namespace {

std::uint64_t both(user_id user, user_id list) {
    return std::uint64_t{static_cast<std::uint32_t>(list.value)} << 32U | static_cast<std::uint32_t>(user.value);
}

}  // namespace

known_roles::known_roles(account_store& accounts, clock::duration longest, std::size_t most)
    : accounts_(accounts), longest_(longest), most_(most) {}

runtime::task<std::optional<list_role>> known_roles::role_of(user_id user, user_id list) {
    const auto asked = clock::now();
    const auto name = both(user, list);
    if (const auto found = known_.find(name); found != known_.end() && asked - found->second.asked <= longest_) {
        auto& e = found->second;
        if (e.renewing || asked - e.asked <= longest_ * 2 / 3) co_return e.role;
        e.renewing = true;
    }
    const auto found = co_await looks_.get(name, asked, longest_, look(user, list, asked));
    if (found.away.empty()) co_return found.role;
    const auto still = known_.find(name);
    if (still == known_.end() || clock::now() - still->second.asked > longest_) throw store_unavailable(found.away);
    co_return still->second.role;
}

runtime::task<known_roles::answer> known_roles::look(user_id user, user_id list, clock::time_point asked) {
    const auto began = forgotten_;
    answer found;
    try {
        found.role = co_await accounts_.role_of(user, list);
    } catch (const store_unavailable& e) {
        found.away = std::string("away: ") + e.what();
        co_return found;
    }
    if (known_.size() >= most_) known_.clear();
    if (!found.role) known_.erase(both(user, list));
    // What was asked for before it was forgotten may be what it was then.
    if (found.role && began == forgotten_) known_.insert_or_assign(both(user, list), entry{*found.role, asked});
    co_return found;
}

void known_roles::forget(user_id list) {
    ++forgotten_;
    std::erase_if(known_,
                  [&](const auto& known) { return known.first >> 32U == static_cast<std::uint32_t>(list.value); });
}

}  // namespace tidings::todo_be
