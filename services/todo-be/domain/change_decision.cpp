#include "domain/change_decision.hpp"

#include <utility>

namespace tidings::todo_be {

namespace {

result<> check_current(const precondition& expected, const std::optional<todo>& current) {
    if (!current) return errc::not_found;
    return check(expected, current->version);
}

}  // namespace

result<> check(const precondition& expected, std::int64_t version) {
    if (!allows(expected.match, version)) return errc::version_mismatch;
    if (!allows(expected, version)) return errc::version_held;
    return {};
}

result<decision> decide(const change_todo& wanted, const std::optional<todo>& current, ids::timestamp now) {
    if (const auto fits = check_current(wanted.expected, current); !fits) return fits.error();
    const auto patch = wanted.computed ? wanted.computed(*current) : wanted.patch;
    if (!patch) return patch.error();
    auto after = apply(*patch, current->fields);
    if (const auto fits = check_recurrence(after); !fits) return fits.error();
    auto recurs = take_recurrence(after);
    const auto what = change_between(current->fields, after);
    if (!what) return decision{*current, std::nullopt, std::move(recurs)};
    return decision{next_version(*current, std::move(after), now), what, std::move(recurs)};
}

result<decision> decide(const remove_todo& wanted, const std::optional<todo>& current, ids::timestamp now) {
    if (const auto fits = check_current(wanted.expected, current); !fits) return fits.error();
    if (wanted.only_when_done && !current->fields.done) return errc::not_done;
    return decision{next_version(*current, current->fields, now), change::deleted};
}

bool concerns_family(const decision& d, const todo& current) {
    if (d.recurs) return true;
    if (d.what == change::deleted) return current.adoptions > 0;
    return d.state.fields.parent && d.state.fields.parent != current.fields.parent;
}

}  // namespace tidings::todo_be
