// How a to-do comes again: a subset of the recurrence rules of RFC 5545, 3.3.10. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/errc.hpp"
#include "ids/timestamp.hpp"

namespace tidings::todo_be {

inline constexpr std::size_t longest_rule = 256;  // bytes

struct rule_weekday {
    std::chrono::weekday day;
    int nth = 0;  // of the month, from its end when negative; 0: each
    bool operator==(const rule_weekday&) const = default;
};

// Until when: an instant, or with `whole_day` a day on the due's own clock.
struct rule_end {
    ids::timestamp at;
    bool whole_day = false;
    bool operator==(const rule_end&) const = default;
};

struct recurrence {
    enum class frequency : std::uint8_t { daily, weekly, monthly, yearly };
    frequency freq = frequency::daily;
    unsigned interval = 1;                 // 1..1000
    std::vector<unsigned> months;          // BYMONTH, 1..12
    std::vector<int> month_days;           // BYMONTHDAY, 1..31 or -31..-1
    std::vector<rule_weekday> weekdays;    // BYDAY
    std::optional<unsigned> hour, minute;  // BYHOUR, BYMINUTE: of the clock, where the due's own is another one
    std::optional<unsigned> count;         // how many are left, the to-do itself included
    std::optional<rule_end> until;
    std::chrono::weekday week_start{std::chrono::Monday};
    bool operator==(const recurrence&) const = default;
};

// FREQ, INTERVAL, COUNT or UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR and BYMINUTE (one of each), WKST, in any order and
// case. Fails with recurrence_invalid; `why`, if given, then says what is wrong.
result<recurrence> parse_recurrence(std::string_view text, std::string* why = nullptr);
// In one form: equal rules have equal texts.
std::string format(const recurrence& r);

// The first day after `start` that the rule has when it begins with `start`; nothing when there is none within 10,000
// days, 2,000 weeks or months, or 400 years that it looks at, or before the year 10000. COUNT and UNTIL do not matter.
std::optional<std::chrono::sys_days> next_day(const recurrence& r, std::chrono::sys_days start);

}  // namespace tidings::todo_be
