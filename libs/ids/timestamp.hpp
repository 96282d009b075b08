// Points in time as RFC 3339 writes them, in UTC with microseconds: "2026-01-31T12:00:00.123456Z" (PostgreSQL's
// resolution).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::ids {

using timestamp = std::chrono::time_point<std::chrono::system_clock, std::chrono::microseconds>;

timestamp now();
std::string format(timestamp t);
void append_to(std::string& out, timestamp t);
// Any RFC 3339 date-time of the years 0001..9999, any offset, any number of fraction digits (cut to microseconds).
std::optional<timestamp> parse_timestamp(std::string_view text);
// Nanoseconds since the epoch, as JetStream counts them, of the years 1970..2262: what lies outside is the nearest end.
std::int64_t nanoseconds_of(timestamp t);

}  // namespace tidings::ids
