#include "text/http_date.hpp"

#include <time.h>

#include <algorithm>
#include <limits>

#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::text {

namespace {

using std::chrono::seconds;

// The names of days and months are English: no program of Tidings calls setlocale.
constexpr const char* imf_fixdate = "%a, %d %b %Y %H:%M:%S GMT";
constexpr std::size_t longest_text = 64;

}  // namespace

void append_http_date(std::string& out, std::chrono::sys_seconds t) {
    const std::time_t value = std::chrono::system_clock::to_time_t(t);
    std::tm parts{};
    ::gmtime_r(&value, &parts);
    char date[48];
    out.append(date, std::strftime(date, sizeof date, imf_fixdate, &parts));
}

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
    if (text.size() > longest_text) return std::nullopt;
    const std::string terminated(text);
    std::tm parts{};
    const char* const end = ::strptime(terminated.c_str(), imf_fixdate, &parts);
    if (end != terminated.c_str() + terminated.size()) return std::nullopt;
    return std::chrono::sys_seconds(seconds(::timegm(&parts)));
}

std::optional<seconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now,
                                         seconds lowest, seconds highest) {
    if (text.size() > longest_text) return std::nullopt;
    if (all_digits(text)) {
        // What does not fit is more than any limit.
        const auto count = parse_number<seconds::rep>(text).value_or(std::numeric_limits<seconds::rep>::max());
        return std::clamp(seconds(count), lowest, highest);
    }
    const auto date = parse_http_date(text);
    if (!date) return std::nullopt;
    // In seconds throughout: the clock's nanoseconds end in the year 2262, a date of HTTP in 9999.
    return std::clamp<seconds>(*date - std::chrono::floor<seconds>(now), lowest, highest);
}

}  // namespace tidings::text
