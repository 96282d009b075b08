#include "ids/timestamp.hpp"

namespace tidings::events {

namespace {

using std::chrono::microseconds;
using std::chrono::minutes;

// Takes the text apart from the left; the first thing that does not fit makes every later answer meaningless, so `ok_`
// is looked at once, at the end.
class scanner {
  public:
    explicit scanner(std::string_view text) : rest_(text) {}

    int digits(std::size_t count, int lowest, int highest) {
        if (rest_.size() < count) return fail();
        int value = 0;
        for (const char c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return fail();
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

}  // namespace tidings::events
