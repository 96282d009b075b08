#include "domain/recurrence.hpp"

#include <algorithm>

namespace tidings::todo_be {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year_month;
using std::chrono::year_month_day;
using frequency = recurrence::frequency;

constexpr int last_year = 9999;

unsigned length_of(year_month m) { return static_cast<unsigned>((m / std::chrono::last).day()); }

// The rule, with what it takes from its first day where it says nothing (3.3.10).
recurrence completed(recurrence r, sys_days start) {
    const year_month_day first(start);
    const auto day = static_cast<int>(static_cast<unsigned>(first.day()));
    const bool names_days = !r.month_days.empty() || !r.weekdays.empty();
    if (r.freq == frequency::weekly && r.weekdays.empty()) r.weekdays.push_back({weekday(start)});
    if (r.freq == frequency::monthly && !names_days) r.month_days.push_back(day);
    if (r.freq == frequency::yearly && !names_days) {
        r.month_days.push_back(day);
        if (r.months.empty()) r.months.push_back(static_cast<unsigned>(first.month()));
    }
    return r;
}

bool has_month(const recurrence& r, year_month m) {
    return r.months.empty() || std::ranges::find(r.months, static_cast<unsigned>(m.month())) != r.months.end();
}

bool has_day(const recurrence& r, const year_month_day& date) {
    const year_month month{date.year(), date.month()};
    if (!has_month(r, month)) return false;
    const auto length = static_cast<int>(length_of(month));
    const auto day = static_cast<int>(static_cast<unsigned>(date.day()));
    const bool of_month = r.month_days.empty() ||
                          std::ranges::any_of(r.month_days, [&](int d) { return d == day || d + length + 1 == day; });
    if (!of_month || r.weekdays.empty()) return of_month;
    const weekday is(date);
    const int nth = (day + 6) / 7, from_end = -((length - day) / 7 + 1);
    return std::ranges::any_of(r.weekdays, [&](const rule_weekday& w) {
        return w.day == is && (w.nth == 0 || w.nth == nth || w.nth == from_end);
    });
}

// The first day of `count` from `begin` on that the rule has and that comes after `start`.
std::optional<sys_days> first_of(const recurrence& r, sys_days begin, unsigned count, sys_days start) {
    for (unsigned i = 0; i < count; ++i) {
        const auto day = begin + days(i);
        if (day > start && has_day(r, year_month_day(day))) return day;
    }
    return std::nullopt;
}

std::optional<sys_days> first_in_month(const recurrence& r, year_month m, sys_days start) {
    if (!has_month(r, m)) return std::nullopt;
    return first_of(r, sys_days(m / 1), length_of(m), start);
}

std::optional<sys_days> first_in_year(const recurrence& r, std::chrono::year y, sys_days start) {
    for (unsigned m = 1; m <= 12; ++m)
        if (const auto day = first_in_month(r, y / static_cast<int>(m), start)) return day;
    return std::nullopt;
}

// Of the period that is `n` times the interval after that of `start`.
std::optional<sys_days> first_in_period(const recurrence& r, unsigned n, sys_days start) {
    const auto step = static_cast<int>(n * r.interval);
    const year_month_day first(start);
    switch (r.freq) {
        case frequency::daily:
            return first_of(r, start + days(step), 1, start);
        case frequency::weekly:
            return first_of(r, start - (weekday(start) - r.week_start) + days(7 * step), 7, start);
        case frequency::monthly:
            return first_in_month(r, first.year() / first.month() + months(step), start);
        case frequency::yearly:
            return first_in_year(r, first.year() + std::chrono::years(step), start);
    }
    return std::nullopt;
}

unsigned most_periods(frequency f) { return f == frequency::daily ? 10'000 : f == frequency::yearly ? 400 : 2'000; }

// Roughly, of a period; enough not to leave what years can be.
int years_of(const recurrence& r, unsigned n) {
    const auto steps = static_cast<int>(n * r.interval);
    return r.freq == frequency::daily     ? steps / 365
           : r.freq == frequency::weekly  ? steps / 52
           : r.freq == frequency::monthly ? steps / 12
                                          : steps;
}

}  // namespace

std::optional<sys_days> next_day(const recurrence& r, sys_days start) {
    const auto rule = completed(r, start);
    const auto year = static_cast<int>(year_month_day(start).year());
    for (unsigned n = 0; n <= most_periods(rule.freq) && year + years_of(rule, n) <= last_year; ++n) {
        const auto day = first_in_period(rule, n, start);
        if (!day) continue;
        return static_cast<int>(year_month_day(*day).year()) <= last_year ? day : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace tidings::todo_be
