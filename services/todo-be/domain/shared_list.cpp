#include "domain/shared_list.hpp"

namespace tidings::todo_be {

namespace {

using decision = result<std::optional<list_deed>>;

struct deciding {
    const list_state& state;

    bool is_admin() const { return state.asker == list_role::admin; }
    // Whether the target is the only one.
    bool is_last_admin() const { return state.target_role == list_role::admin && state.admins == 1; }

    decision operator()(const rename_list& wanted) const {
        if (!is_admin()) return errc::list_admin_needed;
        if (wanted.name.empty() || wanted.name == state.list.name) return std::nullopt;
        return list_deed::renamed;
    }
    decision operator()(const delete_list&) const {
        if (!is_admin()) return errc::list_admin_needed;
        return list_deed::deleted;
    }
    decision operator()(const put_member& wanted) const {
        if (!is_admin()) return errc::list_admin_needed;
        if (!state.target) return errc::user_unknown;
        if (state.target_role == wanted.role) return std::nullopt;
        if (state.target_role && is_last_admin()) return errc::last_admin;
        if (state.target_role) return list_deed::member_changed;
        if (state.list.members >= most_members) return errc::members_too_many;
        if (state.target_lists >= most_lists_joined) return errc::user_lists_too_many;
        return list_deed::member_added;
    }
    decision operator()(const remove_member&) const {
        if (!is_admin() && !state.target_asks) return errc::list_admin_needed;
        if (!state.target_role) return errc::member_not_found;
        if (is_last_admin()) return errc::last_admin;
        return list_deed::member_removed;
    }
};

}  // namespace

decision decide(const list_act& act, const list_state& state, const precondition& expected) {
    const auto decided = std::visit(deciding{state}, act);
    if (decided.has_error() && decided.error() == errc::list_admin_needed) return decided;
    if (!allows(expected.match, state.list.version)) return errc::list_version_mismatch;
    if (!allows(expected, state.list.version)) return errc::list_version_held;
    return decided;
}

}  // namespace tidings::todo_be
