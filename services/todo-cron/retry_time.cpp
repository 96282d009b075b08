#include "retry_time.hpp"

#include <algorithm>

#include "text/http_date.hpp"

namespace tidings::todo_cron {

using std::chrono::milliseconds;

retry_time::retry_time(milliseconds total, milliseconds first, milliseconds longest)
    : end_(std::chrono::steady_clock::now() + total), backoff_(first, longest) {}

milliseconds retry_time::left() const {
    return std::chrono::floor<milliseconds>(end_ - std::chrono::steady_clock::now());
}

milliseconds retry_time::limit(milliseconds usual) const { return std::max(std::min(usual, left()), milliseconds(1)); }

runtime::task<bool> retry_time::pause(std::string_view retry_after) {
    milliseconds length = backoff_.next();
    constexpr std::chrono::seconds longest = std::chrono::hours(24);
    const auto now = std::chrono::system_clock::now();
    if (const auto asked = text::parse_retry_after(retry_after, now, std::chrono::seconds(0), longest))
        length = std::max<milliseconds>(length, *asked);
    if (length >= left()) co_return false;
    co_await runtime::sleep_for(length);
    co_return true;
}

}  // namespace tidings::todo_cron
