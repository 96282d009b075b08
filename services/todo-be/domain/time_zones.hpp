// The names of time zones.
#pragma once

#include <cstddef>
#include <string_view>

namespace tidings::todo_be {

inline constexpr std::size_t longest_time_zone = 64;  // bytes; the longest there is has 32

// Whether it is a name of the IANA time zone database, such as "Europe/Berlin" or "UTC", in its own spelling.
bool is_time_zone(std::string_view name);

}  // namespace tidings::todo_be
