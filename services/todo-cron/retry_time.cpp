#include "retry_time.hpp"

#include <algorithm>

#include "domain/retry_after.hpp"

namespace tidings::todo_cron {

using std::chrono::milliseconds;

retry_time::retry_time(milliseconds total, milliseconds first, milliseconds longest)
    : end_(std::chrono::steady_clock::now() + total), backoff_(first, longest) {}

milliseconds retry_time::left() const {
    return std::chrono::floor<milliseconds>(end_ - std::chrono::steady_clock::now());
}

milliseconds retry_time::limit(milliseconds wanted) const {
    return std::max(std::min(wanted, left()), milliseconds(1));
}

runtime::task<bool> retry_time::pause(std::string_view retry_after) {
    milliseconds wanted = backoff_.next();
    if (const auto asked = parse_retry_after(retry_after, std::chrono::system_clock::now()))
        wanted = std::max<milliseconds>(wanted, *asked);
    if (wanted >= left()) co_return false;
    co_await runtime::sleep_for(wanted);
    co_return true;
}

}  // namespace tidings::todo_cron
