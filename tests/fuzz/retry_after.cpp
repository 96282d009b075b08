// Retry-After, of a webhook's receiver and with todo-cron's bounds.
#include "domain/outcome.hpp"
#include "fuzz/fuzz.hpp"
#include "text/http_date.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto now = std::chrono::system_clock::time_point(std::chrono::seconds(1'700'000'000));
    const auto pause = broadcaster::parse_retry_after(bytes, now, std::chrono::hours(24));
    require(!pause || (*pause >= std::chrono::seconds(1) && *pause <= std::chrono::hours(24)), "a second to a day");
    const auto other = text::parse_retry_after(bytes, now, std::chrono::seconds(0), std::chrono::hours(24));
    require(pause.has_value() == other.has_value() && (!other || *other <= *pause), "bounds change the time only");
    const auto o = broadcaster::outcome_of(503, bytes, now, std::chrono::hours(24));
    require(!pause || o.retry_after == pause, "a 503 that names a pause gets it");
}

}  // namespace tidings::fuzz
