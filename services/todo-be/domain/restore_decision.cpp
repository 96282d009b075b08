#include "domain/restore_decision.hpp"

#include <algorithm>
#include <utility>

namespace tidings::todo_be {

namespace {

const todo* find(const std::vector<todo>& todos, const ids::uuid& id) {
    const auto at = std::find_if(todos.begin(), todos.end(), [&](const todo& t) { return t.id == id; });
    return at == todos.end() ? nullptr : &*at;
}

// The to-do that may have `t` again.
std::optional<todo> adopter_of(const todo& t, const std::vector<todo>& living) {
    const auto* const parent = t.fields.parent ? find(living, *t.fields.parent) : nullptr;
    if (parent == nullptr || parent->fields.parent) return std::nullopt;
    const auto under = std::count_if(living.begin(), living.end(),
                                     [&](const todo& other) { return other.fields.parent == parent->id; });
    if (under >= static_cast<std::ptrdiff_t>(most_subtasks)) return std::nullopt;
    return *parent;
}

}  // namespace

result<restore_decision> decide(const restore_todo& wanted, const std::vector<todo>& deleted,
                                const std::vector<todo>& living, ids::timestamp now, const event_format& format,
                                const trace_context& trace) {
    const auto* const there = find(living, wanted.id);
    const auto* const gone = find(deleted, wanted.id);
    const auto* const known = there != nullptr ? there : gone;
    if (known == nullptr) return errc::not_found;
    if (const auto fits = check(wanted.expected, known->version); !fits) return fits.error();
    restore_decision d;
    d.result.state = *known;
    if (there != nullptr) return d;
    d.adopter = adopter_of(*gone, living);
    const auto restore = [&](const todo& t, todo_fields fields) {
        auto next = next_version(t, std::move(fields), now);
        d.events.push_back(make_event(change::restored, next, nullptr, format, trace));
        d.restored.push_back({std::move(next), t.version});
    };
    auto fields = gone->fields;
    if (!d.adopter) fields.parent.reset();
    restore(*gone, std::move(fields));
    d.result = {d.restored.front().state, d.events.front().id};
    for (const auto& t : deleted)
        if (t.id != wanted.id && find(living, t.id) == nullptr) restore(t, t.fields);
    return d;
}

}  // namespace tidings::todo_be
