// Dates of HTTP (RFC 9110, section 5.6.7), written as IMF-fixdate, "Sun, 06 Nov 1994 08:49:37 GMT", and read in all
// three forms: also "Sunday, 06-Nov-94 08:49:37 GMT" and "Sun Nov  6 08:49:37 1994"; and Retry-After (section 10.2.3),
// which may be one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::text {

void append_http_date(std::string& out, std::chrono::sys_seconds t);

// Nothing when it is another text. The name of the day is not compared with the date. A year of two digits is the one
// nearest to `now` that is not more than 50 years ahead.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::system_clock::time_point now);

// Retry-After: how long to wait from `now`, between `lowest` and `highest`. Seconds, or a date, which counts as
// `lowest` when it has passed. A number of a thousand million and more is no pause but a time that somebody wrote by
// mistake: seconds since 1970, or milliseconds. A part of a second of `now` counts as a whole one. Nothing when it is
// neither, or is longer than 64 bytes.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now,
                                                      std::chrono::seconds lowest, std::chrono::seconds highest);

}  // namespace tidings::text
