// Retry-After, as todo-cron reads it.
#include "domain/retry_after.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    const auto pause = todo_cron::parse_retry_after(bytes, now);
    require(!pause || (*pause >= std::chrono::seconds(0) && *pause <= std::chrono::hours(24)), "at most a day");
}

}  // namespace tidings::fuzz
