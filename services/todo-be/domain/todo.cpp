#include "domain/todo.hpp"

#include <array>
#include <cmath>
#include <utility>

#include "domain/text.hpp"
#include "domain/time_zones.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::array<std::string_view, 4> priority_names{"none", "low", "medium", "high"};

}  // namespace

std::string_view to_string(priority p) { return priority_names[static_cast<std::size_t>(p)]; }

result<priority> parse_priority(std::string_view text) {
    for (std::size_t i = 0; i < priority_names.size(); ++i) {
        if (priority_names[i] == text) return static_cast<priority>(i);
    }
    return errc::priority_unknown;
}

result<std::string> clean_title(std::string_view text) {
    const auto clean = clean_text(text, longest_title, errc::title_empty, errc::title_too_long);
    if (!clean) return clean.error();
    return std::string(*clean);
}

result<std::string> clean_label(std::string_view text) {
    const auto clean = clean_text(text, longest_label, errc::label_empty, errc::label_too_long);
    if (!clean) return clean.error();
    return std::string(*clean);
}

void append_order(std::string& out, double order) {
    if (order == std::floor(order)) {
        text::append_number(out, static_cast<std::int64_t>(order));
    } else {
        text::append_number(out, order);
    }
}

result<std::string> check_notes(std::string_view text) {
    if (text.size() > longest_notes) return errc::notes_too_long;
    const auto count = count_code_points(text, text_shape::lines);
    if (!count) return count.error();
    return std::string(text);
}

result<std::string> check_time_zone(std::string_view text) {
    if (text.size() > longest_time_zone || !is_time_zone(text)) return errc::time_zone_unknown;
    return std::string(text);
}

result<> check_recurrence(const todo_fields& f) {
    if (f.recurrence && !f.due) return errc::recurrence_needs_due;
    if (f.recurrence && f.parent) return errc::recurrence_of_subtask;
    return {};
}

std::optional<todo_fields> take_recurrence(todo_fields& f) {
    if (!f.done || !f.recurrence) return std::nullopt;
    std::optional<todo_fields> whole(f);
    f.recurrence.reset();
    return whole;
}

todo new_todo(todo_fields fields, ids::timestamp now, user_id owner) {
    todo made{.id = ids::uuid::v7(now),
              .fields = std::move(fields),
              .created_at = now,
              .updated_at = now,
              .done_at = {},
              .owner = owner};
    if (made.fields.done) made.done_at = now;
    return made;
}

}  // namespace tidings::todo_be
