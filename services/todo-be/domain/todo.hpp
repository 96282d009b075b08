// A to-do: what people set (todo_fields) and what the service keeps about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/due_date.hpp"
#include "domain/errc.hpp"
#include "domain/user.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"

namespace tidings::todo_be {

enum class priority : std::uint8_t { none, low, medium, high };
std::string_view to_string(priority p);
result<priority> parse_priority(std::string_view text);  // priority_unknown

inline constexpr std::size_t longest_title = 140;  // code points after trimming
inline constexpr std::size_t longest_label = 40;
inline constexpr std::size_t most_labels = 20;
inline constexpr std::size_t most_subtasks = 100;
inline constexpr std::size_t longest_notes = 8'192;                   // bytes of UTF-8
inline constexpr std::int64_t highest_order = 9'007'199'254'740'991;  // 2^53-1: exact in every JSON reader

// Valid by construction: created by the API from checked input, or by the store from its own rows.
struct todo_fields {
    std::string title;
    bool done = false;
    std::optional<double> order;  // 0..highest_order; a place that the client chose: between two there is another
    std::optional<due_date> due;
    todo_be::priority priority = todo_be::priority::none;
    std::vector<std::string> labels;
    std::string notes;                         // may have several lines
    std::optional<std::string> due_time_zone;  // a name of the IANA database: where `due` was meant
    std::optional<std::string>
        recurrence;  // how it comes again: a rule in one form (recurrence.hpp); not of one that is done
    std::optional<ids::uuid> parent;  // the to-do that this one is a subtask of; that one has none

    bool operator==(const todo_fields&) const = default;
};

struct todo {
    ids::uuid id;
    todo_fields fields;
    std::int64_t version = 1;  // one more with each change; the ETag, and the sequence of its events
    ids::timestamp created_at;
    ids::timestamp updated_at;
    std::optional<ids::timestamp> done_at;  // set exactly while fields.done
    std::int64_t adoptions = 0;    // how often a to-do was put under this one: with 0 it has no subtasks; not shown
    user_id owner = default_user;  // not shown

    bool operator==(const todo&) const = default;
};

// Trimmed and checked: title_empty, title_too_long, text_not_utf8, text_control, text_direction, text_invisible.
result<std::string> clean_title(std::string_view text);
// The same for a label.
result<std::string> clean_label(std::string_view text);
// As JSON and as a cursor have it: whole ones without a fraction or an exponent, as there were no others once.
void append_order(std::string& out, double order);
// As they are: notes_too_long, text_not_utf8, text_control (but tabs and line breaks are fine), text_direction.
result<std::string> check_notes(std::string_view text);
// time_zone_unknown
result<std::string> check_time_zone(std::string_view text);

// Whether its rule goes with the rest: recurrence_needs_due, recurrence_of_subtask.
result<> check_recurrence(const todo_fields& f);
// The rule moves on to the next to-do when this one is done. Then: the fields with it, from which the next one is made.
std::optional<todo_fields> take_recurrence(todo_fields& f);

// The first version of a new to-do, with a new id.
todo new_todo(todo_fields fields, ids::timestamp now, user_id owner = default_user);

}  // namespace tidings::todo_be
