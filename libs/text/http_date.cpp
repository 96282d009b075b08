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
constexpr const char* rfc850_date = "%a, %d-%b-%y %H:%M:%S GMT";
constexpr const char* asctime_date = "%a %b %d %H:%M:%S %Y";
constexpr std::size_t longest_text = 64;

int full_year(int of_century, std::chrono::system_clock::time_point now) {
    const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
    const int this_year = static_cast<int>(today.year());
    const int year = this_year - this_year % 100 + of_century;
    if (year > this_year + 50) return year - 100;
    return year <= this_year - 50 ? year + 100 : year;
}

// Seconds since 1970 where the number is one of them or of milliseconds, as no pause can be (31 years).
std::optional<std::chrono::sys_seconds> mistaken_time(seconds::rep count) {
    constexpr seconds::rep in_seconds = 1'000'000'000, in_milliseconds = 1'000 * in_seconds;
    if (count < in_seconds) return std::nullopt;
    return std::chrono::sys_seconds(seconds(count < in_milliseconds ? count : count / 1'000));
}

}  // namespace

void append_http_date(std::string& out, std::chrono::sys_seconds t) {
    const std::time_t value = std::chrono::system_clock::to_time_t(t);
    std::tm parts{};
    ::gmtime_r(&value, &parts);
    char date[48];
    out.append(date, std::strftime(date, sizeof date, imf_fixdate, &parts));
}

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text,
                                                        std::chrono::system_clock::time_point now) {
    if (text.size() > longest_text) return std::nullopt;
    const std::string terminated(text);
    for (const char* form : {imf_fixdate, rfc850_date, asctime_date}) {
        std::tm parts{};
        const char* const end = ::strptime(terminated.c_str(), form, &parts);
        if (end != terminated.c_str() + terminated.size()) continue;
        if (form == rfc850_date) parts.tm_year = full_year(parts.tm_year % 100, now) - 1900;
        return std::chrono::sys_seconds(seconds(::timegm(&parts)));
    }
    return std::nullopt;
}

std::optional<seconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now,
                                         seconds lowest, seconds highest) {
    if (text.size() > longest_text) return std::nullopt;
    std::optional<std::chrono::sys_seconds> date;
    if (all_digits(text)) {
        // What does not fit is more than any limit.
        const auto count = parse_number<seconds::rep>(text).value_or(std::numeric_limits<seconds::rep>::max());
        date = mistaken_time(count);
        if (!date) return std::clamp(seconds(count), lowest, highest);
    } else {
        date = parse_http_date(text, now);
    }
    if (!date) return std::nullopt;
    // In seconds throughout: the clock's nanoseconds end in the year 2262, a date of HTTP in 9999.
    return std::clamp<seconds>(*date - std::chrono::floor<seconds>(now), lowest, highest);
}

}  // namespace tidings::text
