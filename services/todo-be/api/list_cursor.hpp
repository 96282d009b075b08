// Where a page ended, as the text that a client gives back for the next one. A place in the order and not a number of
// rows: what is added, changed or removed meanwhile moves no other to-do into a page or out of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/list_query.hpp"

namespace tidings::todo_be {

// "<id>" newest first, "1.5_<id>" by order ("_<id>" without one), else a letter for the order, then what it sorts by:
// microseconds since the epoch. The first two are those of before.
std::string cursor_text(const list_position& p);
std::optional<list_position> parse_cursor(std::string_view text);

}  // namespace tidings::todo_be
