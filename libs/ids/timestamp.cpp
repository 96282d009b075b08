#include "ids/timestamp.hpp"

#include <algorithm>

#include "text/ascii.hpp"

namespace tidings::ids {

namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;
using std::chrono::minutes;

constexpr timestamp first_instant = std::chrono::sys_days(1y / 1 / 1);
constexpr timestamp last_instant = timestamp(std::chrono::sys_days(9999y / 12 / 31)) + 24h - 1us;

void write_digits(char* at, unsigned width, unsigned value) {
    for (; width > 0; value /= 10)
        at[--width] = static_cast<char>('0' + value % 10);
}

// Reads the text from the left. After the first part that does not fit every later result is meaningless, so `ok_` is
// checked only at the end.
class scanner {
  public:
    explicit scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t count, int lowest, int highest) {
        if (rest_.size() < count) return fail();
        int value = 0;
        for (const char c : rest_.substr(0, count)) {
            if (!text::is_digit(c)) return fail();
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return value >= lowest && value <= highest ? value : fail();
    }

    // One character out of `allowed`; 0 when it is another.
    char one_of(std::string_view allowed) {
        if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) return static_cast<char>(fail());
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

    microseconds fraction() {
        if (!rest_.starts_with('.')) return {};
        rest_.remove_prefix(1);
        const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
        if (count == 0) fail();
        int value = 0;
        for (std::size_t i = 0; i < 6; ++i)
            value = value * 10 + (i < count ? rest_[i] - '0' : 0);
        rest_.remove_prefix(count);
        return microseconds(value);
    }

    minutes offset() {
        const char sign = one_of("Zz+-");
        if (sign != '+' && sign != '-') return {};
        const int hour = digits(2, 0, 23);
        one_of(":");
        const int minute = digits(2, 0, 59);
        return minutes((sign == '-' ? -1 : 1) * (hour * 60 + minute));
    }

    bool whole() const { return ok_ && rest_.empty(); }

  private:
    int fail() {
        ok_ = false;
        return 0;
    }

    std::string_view rest_;
    bool ok_ = true;
};

std::chrono::year_month_day scan_date(scanner& in) {
    const int year = in.digits(4, 1, 9999);
    in.one_of("-");
    const int month = in.digits(2, 1, 12);
    in.one_of("-");
    const int day = in.digits(2, 1, 31);
    return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
            std::chrono::day(static_cast<unsigned>(day))};
}

bool in_range(timestamp t) {
    const int year = static_cast<int>(std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(t)).year());
    return year >= 1 && year <= 9999;
}

// A leap second is the last second of a day in UTC.
bool ends_the_day(timestamp just_after) { return just_after == std::chrono::floor<std::chrono::days>(just_after); }

}  // namespace

timestamp now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

std::string format(timestamp t) {
    std::string out;
    append_to(out, t);
    return out;
}

std::int64_t nanoseconds_of(timestamp t) {
    const auto latest = std::chrono::floor<microseconds>(std::chrono::nanoseconds::max());
    return std::chrono::nanoseconds(std::clamp(t.time_since_epoch(), microseconds(0), latest)).count();
}

void append_to(std::string& out, timestamp t) {
    // RFC 3339 has four digits for the year: what lies outside is written as the nearest end.
    const timestamp inside = std::clamp(t, first_instant, last_instant);
    const auto day = std::chrono::floor<std::chrono::days>(inside);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(inside - day);

    char text[] = "0000-00-00T00:00:00.000000Z";
    write_digits(text, 4, static_cast<unsigned>(static_cast<int>(date.year())));
    write_digits(text + 5, 2, static_cast<unsigned>(date.month()));
    write_digits(text + 8, 2, static_cast<unsigned>(date.day()));
    write_digits(text + 11, 2, static_cast<unsigned>(clock.hours().count()));
    write_digits(text + 14, 2, static_cast<unsigned>(clock.minutes().count()));
    write_digits(text + 17, 2, static_cast<unsigned>(clock.seconds().count()));
    write_digits(text + 20, 6, static_cast<unsigned>(clock.subseconds().count()));
    out.append(text, sizeof text - 1);
}

std::optional<timestamp> parse_timestamp(std::string_view text) {
    scanner in(text);
    const std::chrono::year_month_day date = scan_date(in);
    in.one_of("Tt");
    const int hour = in.digits(2, 0, 23);
    in.one_of(":");
    const int minute = in.digits(2, 0, 59);
    in.one_of(":");
    const int second = in.digits(2, 0, 60);
    const microseconds fraction = in.fraction();
    const minutes offset = in.offset();
    if (!in.whole() || !date.ok()) return std::nullopt;

    const timestamp whole = timestamp(std::chrono::sys_days(date)) + std::chrono::hours(hour) + minutes(minute) +
                            std::chrono::seconds(second) - offset;
    if (second == 60 && !ends_the_day(whole)) return std::nullopt;
    if (!in_range(whole)) return std::nullopt;
    return whole + fraction;
}

}  // namespace tidings::ids
