// Retry-After (RFC 9110, section 10.2.3): when the other side wants to be asked again.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace tidings::todo_cron {

// Seconds, or an HTTP-date (IMF-fixdate); a date in the past is zero. At most 24 h; nothing when it is neither.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace tidings::todo_cron
