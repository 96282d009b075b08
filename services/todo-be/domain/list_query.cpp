#include "domain/list_query.hpp"

namespace tidings::todo_be {

namespace {

std::optional<ids::timestamp> time_of(const todo& t, sort_key by) {
    if (by == sort_key::updated) return t.updated_at;
    if (by == sort_key::finished) return t.done_at;
    if (by == sort_key::due && t.fields.due) return t.fields.due->at;
    return std::nullopt;
}

}  // namespace

list_position position_of(const todo& t, const list_order& sort) {
    return {.sort = sort,
            .order = sort.by == sort_key::order ? t.fields.order : std::nullopt,
            .at = time_of(t, sort.by),
            .id = t.id};
}

}  // namespace tidings::todo_be
