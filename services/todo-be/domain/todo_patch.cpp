#include "domain/todo_patch.hpp"

#include <algorithm>
#include <utility>

namespace tidings::todo_be {

todo_patch replace_with(todo_fields fields) {
    return {.title = std::move(fields.title),
            .done = fields.done,
            .order = fields.order,
            .due = fields.due,
            .priority = fields.priority,
            .labels = std::move(fields.labels),
            .notes = std::move(fields.notes),
            .due_time_zone = std::move(fields.due_time_zone),
            .recurrence = std::move(fields.recurrence),
            .parent = fields.parent};
}

todo_fields apply(const todo_patch& patch, todo_fields to) {
    if (patch.title) to.title = *patch.title;
    if (patch.done) to.done = *patch.done;
    if (patch.order) to.order = *patch.order;
    if (patch.due) to.due = *patch.due;
    if (patch.priority) to.priority = *patch.priority;
    if (patch.labels) to.labels = *patch.labels;
    if (patch.notes) to.notes = *patch.notes;
    if (patch.due_time_zone) to.due_time_zone = *patch.due_time_zone;
    if (patch.recurrence) to.recurrence = *patch.recurrence;
    if (!to.due && !patch.recurrence) to.recurrence.reset();
    if (patch.parent) to.parent = *patch.parent;
    return to;
}

std::optional<change> change_between(const todo_fields& before, const todo_fields& after) {
    if (before == after) return std::nullopt;
    if (before.done == after.done) return change::updated;
    return after.done ? change::completed : change::reopened;
}

todo next_version(const todo& before, todo_fields after, ids::timestamp now) {
    todo next = before;
    next.version = before.version + 1;
    next.updated_at = std::max(now, before.updated_at);
    if (after.done != before.fields.done) {
        next.done_at = after.done ? std::optional(next.updated_at) : std::nullopt;
    }
    next.fields = std::move(after);
    return next;
}

bool allows(const expected_versions& expected, std::int64_t version) {
    return !expected || std::find(expected->begin(), expected->end(), version) != expected->end();
}

bool allows(const precondition& p, std::int64_t version) {
    return allows(p.match, version) && !(p.none && allows(*p.none, version));
}

}  // namespace tidings::todo_be
