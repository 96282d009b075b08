// When a to-do is due: a point in time, or a whole day.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ids/timestamp.hpp"

namespace tidings::todo_be {

struct due_date {
    ids::timestamp at;       // of a day its first moment in UTC
    bool whole_day = false;  // that calendar day, wherever the reader is

    bool operator==(const due_date&) const = default;
};

// A time on the clocks of a zone.
struct local_time {
    ids::timestamp clock;  // as if it were UTC
    std::string zone;      // a name of the IANA database
};

// An RFC 3339 date-time (any offset) or full-date of the years 0001..9999.
std::optional<due_date> parse_due_date(std::string_view text);

// "2026-01-31T12:00:00.000000Z" or "2026-01-31".
void append_to(std::string& out, const due_date& due);

}  // namespace tidings::todo_be
