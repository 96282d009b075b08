#include "domain/outcome.hpp"

#include <time.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace tidings::broadcaster {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

std::optional<seconds> whole_seconds(std::string_view text) {
    long long value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || value < 0) return std::nullopt;
    if (failure == std::errc::result_out_of_range) return std::chrono::hours(24);
    if (failure != std::errc()) return std::nullopt;
    return seconds(std::min(value, 86'400LL));
}

std::optional<seconds> until_http_date(std::string_view text, std::chrono::system_clock::time_point now) {
    std::tm parts{};
    const std::string terminated(text.substr(0, 64));
    const char* end = ::strptime(terminated.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    if (end == nullptr || *end != '\0') return std::nullopt;
    // In seconds, which reach further than the clock's nanoseconds: those end in 2262.
    return seconds(::timegm(&parts)) - std::chrono::ceil<seconds>(now.time_since_epoch());
}

}  // namespace

std::optional<milliseconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now) {
    if (text.empty()) return std::nullopt;
    auto pause = whole_seconds(text);
    if (!pause) pause = until_http_date(text, now);
    if (!pause) return std::nullopt;
    return std::clamp<seconds>(*pause, seconds(1), std::chrono::hours(24));
}

outcome outcome_of(unsigned status, std::string_view retry_after, std::chrono::system_clock::time_point now) {
    const auto pause = parse_retry_after(retry_after, now);
    if (status >= 200 && status < 300) return {outcome_kind::delivered, {}};
    if (status == 410) return {outcome_kind::gone, {}};
    if (status == 429 || (status == 503 && pause)) return {outcome_kind::throttled, pause};
    if (status == 0 || status == 502 || status == 503 || status == 504) return {outcome_kind::unreachable, {}};
    return {outcome_kind::rejected, {}};
}

}  // namespace tidings::broadcaster
