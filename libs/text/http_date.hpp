// Dates of HTTP (RFC 9110, section 5.6.7) in the form that senders must use, IMF-fixdate:
// "Sun, 06 Nov 1994 08:49:37 GMT"; and Retry-After (section 10.2.3), which may be one.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::text {

void append_http_date(std::string& out, std::chrono::sys_seconds t);

// Nothing when it is another text. The name of the day is not compared with the date.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// Retry-After: how long to wait from `now`, between `lowest` and `highest`. Seconds, or a date, which counts as
// `lowest` when it has passed. A part of a second of `now` counts as a whole one. Nothing when it is neither, or is
// longer than 64 bytes.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now,
                                                      std::chrono::seconds lowest, std::chrono::seconds highest);

}  // namespace tidings::text
