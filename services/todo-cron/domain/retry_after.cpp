#include "domain/retry_after.hpp"

#include <algorithm>
#include <ctime>
#include <iomanip>
#include <locale>
#include <sstream>
#include <string>

namespace tidings::todo_cron {

namespace {

using std::chrono::seconds;

constexpr seconds longest = std::chrono::hours(24);
constexpr std::size_t longest_text = 64;
constexpr std::size_t date_length = 29;  // "Sun, 06 Nov 1994 08:49:37 GMT"

std::optional<seconds> parse_date(std::string_view text, std::chrono::system_clock::time_point now) {
    if (text.size() != date_length) return std::nullopt;  // get_time is content with less
    std::istringstream in{std::string(text)};
    in.imbue(std::locale::classic());
    std::tm parts{};
    in >> std::get_time(&parts, "%a, %d %b %Y %H:%M:%S GMT");
    if (!in || in.peek() != std::istringstream::traits_type::eof()) return std::nullopt;
    // In seconds, which reach further than the clock's nanoseconds: those end in 2262.
    const auto until = seconds(::timegm(&parts)) - std::chrono::floor<seconds>(now.time_since_epoch());
    return std::clamp(until, seconds(0), longest);
}

}  // namespace

std::optional<seconds> parse_retry_after(std::string_view text, std::chrono::system_clock::time_point now) {
    if (text.empty() || text.size() > longest_text) return std::nullopt;
    if (text.find_first_not_of("0123456789") != std::string_view::npos) return parse_date(text, now);
    // More digits than the limit has are more than the limit.
    std::int64_t value = 0;
    for (const char digit : text)
        value = std::min(value * 10 + (digit - '0'), longest.count());
    return seconds(value);
}

}  // namespace tidings::todo_cron
