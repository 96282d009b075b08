#include "domain/outcome.hpp"

#include <algorithm>

#include "text/http_date.hpp"

namespace tidings::broadcaster {

std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text,
                                                           std::chrono::system_clock::time_point now,
                                                           std::chrono::milliseconds longest) {
    constexpr std::chrono::seconds shortest(1);
    return text::parse_retry_after(text, now, shortest,
                                   std::max(shortest, std::chrono::floor<std::chrono::seconds>(longest)));
}

outcome outcome_of(unsigned status, std::string_view retry_after, std::chrono::system_clock::time_point now,
                   std::chrono::milliseconds longest) {
    if (status >= 200 && status < 300) return {outcome_kind::delivered, {}};
    if (status == 410) return {outcome_kind::gone, {}};
    const auto pause = parse_retry_after(retry_after, now, longest);
    if (status == 429) return {outcome_kind::throttled, pause};
    if (status == 503 && pause) return {outcome_kind::busy, pause};
    if (status == 0 || status == 502 || status == 503 || status == 504) return {outcome_kind::unreachable, {}};
    return {outcome_kind::rejected, {}};
}

}  // namespace tidings::broadcaster
