#include "ids/timestamp.hpp"

#include <algorithm>

namespace tidings::events {

namespace {

using namespace std::chrono_literals;

constexpr timestamp first_instant = std::chrono::sys_days(1y / 1 / 1);
constexpr timestamp last_instant = timestamp(std::chrono::sys_days(9999y / 12 / 31)) + 24h - 1us;

void write_digits(char* at, unsigned width, unsigned value) {
    for (; width > 0; value /= 10)
        at[--width] = static_cast<char>('0' + value % 10);
}

}  // namespace

timestamp now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

std::string format(timestamp t) {
    std::string out;
    append_to(out, t);
    return out;
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

}  // namespace tidings::events
