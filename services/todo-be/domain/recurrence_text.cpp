#include <algorithm>
#include <array>
#include <functional>
#include <stdexcept>
#include <utility>

#include "domain/due_date.hpp"
#include "domain/recurrence.hpp"
#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

using std::chrono::weekday;
using frequency = recurrence::frequency;

constexpr std::array<std::string_view, 4> frequencies{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
constexpr std::array<std::string_view, 7> weekday_names{"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
constexpr std::array<unsigned, 12> longest_months{31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

// What is wrong.
struct refused : std::runtime_error {
    using std::runtime_error::runtime_error;
};

[[noreturn]] void refuse(const std::string& why) { throw refused(why); }

int number(std::string_view name, std::string_view text, int least, int most) {
    auto digits = text;
    if (least < 0 && digits.starts_with('-')) digits.remove_prefix(1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto n = digits.size() <= 6 && text::all_digits(digits) ? text::parse_number<int>(digits) : std::nullopt;
    const int value = n.value_or(0) * (text.starts_with('-') ? -1 : 1);
    const bool zero = value == 0 && least < 0;
    if (!n || value < least || value > most || zero)
        refuse(std::string(name) + " must be from " + std::to_string(least) + " to " + std::to_string(most));
    return value;
}

template <class Use>
void each(std::string_view list, Use use) {
    for (std::size_t begin = 0; begin <= list.size();) {
        const auto end = std::min(list.find(',', begin), list.size());
        use(list.substr(begin, end - begin));
        begin = end + 1;
    }
}

weekday weekday_named(std::string_view name) {
    const auto* const at = std::ranges::find(weekday_names, name);
    if (at == weekday_names.end()) refuse("a weekday is one of MO, TU, WE, TH, FR, SA, SU");
    return weekday(static_cast<unsigned>(at - weekday_names.begin()));
}

rule_weekday weekday_of(std::string_view text) {
    if (text.size() < 2) refuse("BYDAY has weekdays such as MO, 1MO or -1FR");
    const auto name = text.substr(text.size() - 2);
    const auto nth = text.substr(0, text.size() - 2);
    return {weekday_named(name), nth.empty() ? 0 : number("the number of a weekday", nth, -5, 5)};
}

// "20261231" or "20261231T235959Z".
rule_end end_of(std::string_view text) {
    const bool day = text.size() == 8 && text::all_digits(text);
    const bool time = text.size() == 16 && text::all_digits(text.substr(0, 8)) && text[8] == 'T' &&
                      text::all_digits(text.substr(9, 6)) && text[15] == 'Z';
    if (!day && !time) refuse("UNTIL must be a day (20261231) or a time in UTC (20261231T235959Z)");
    auto extended = std::string(text.substr(0, 4)).append("-").append(text.substr(4, 2)).append("-");
    extended += text.substr(6, 2);
    if (time)
        extended.append("T")
            .append(text.substr(9, 2))
            .append(":")
            .append(text.substr(11, 2))
            .append(":")
            .append(text.substr(13, 3));
    const auto at = parse_due_date(extended);
    if (!at) refuse("UNTIL is not a day or time that there is");
    return {at->at, at->whole_day};
}

void read_part(recurrence& r, std::string_view name, std::string_view value) {
    if (name == "FREQ") {
        const auto* const at = std::ranges::find(frequencies, value);
        if (at == frequencies.end()) refuse("FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY");
        r.freq = static_cast<frequency>(at - frequencies.begin());
    } else if (name == "INTERVAL") {
        r.interval = static_cast<unsigned>(number(name, value, 1, 1'000));
    } else if (name == "COUNT") {
        r.count = static_cast<unsigned>(number(name, value, 1, 100'000));
    } else if (name == "UNTIL") {
        r.until = end_of(value);
    } else if (name == "BYMONTH") {
        each(value, [&](auto v) { r.months.push_back(static_cast<unsigned>(number(name, v, 1, 12))); });
    } else if (name == "BYMONTHDAY") {
        each(value, [&](auto v) { r.month_days.push_back(number(name, v, -31, 31)); });
    } else if (name == "BYDAY") {
        each(value, [&](auto v) { r.weekdays.push_back(weekday_of(v)); });
    } else if (name == "BYHOUR") {
        r.hour = static_cast<unsigned>(number(name, value, 0, 23));
    } else if (name == "BYMINUTE") {
        r.minute = static_cast<unsigned>(number(name, value, 0, 59));
    } else if (name == "WKST") {
        r.week_start = weekday_named(value);
    } else {
        refuse(
            "a part is not supported; known are FREQ, INTERVAL, COUNT, UNTIL, BYMONTH, BYMONTHDAY, BYDAY, BYHOUR, "
            "BYMINUTE, "
            "WKST");
    }
}

// Of the months that it names, one has such a day.
bool has_such_a_day(const recurrence& r) {
    if (r.month_days.empty() || r.months.empty()) return true;
    return std::ranges::any_of(r.months, [&](unsigned m) {
        return std::ranges::any_of(r.month_days,
                                   [&](int d) { return static_cast<unsigned>(std::abs(d)) <= longest_months[m - 1]; });
    });
}

void check(const recurrence& r) {
    const bool numbered = std::ranges::any_of(r.weekdays, [](const auto& w) { return w.nth != 0; });
    const bool within_month = r.freq == frequency::monthly || (r.freq == frequency::yearly && !r.months.empty());
    if (r.count && r.until) refuse("COUNT and UNTIL do not go together");
    if (numbered && !within_month)
        refuse("a weekday has a number (1MO) only with FREQ=MONTHLY, or FREQ=YEARLY and BYMONTH");
    if (r.freq == frequency::weekly && !r.month_days.empty()) refuse("BYMONTHDAY does not go with FREQ=WEEKLY");
    if (!has_such_a_day(r)) refuse("no month of BYMONTH has a day of BYMONTHDAY");
}

template <class List>
void sort_once(List& list, auto key) {
    std::ranges::sort(list, {}, key);
    const auto rest = std::ranges::unique(list);
    list.erase(rest.begin(), rest.end());
}

recurrence parse(std::string_view text) {
    recurrence r;
    std::vector<std::string> seen;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(';', begin), text.size());
        const auto part = text.substr(begin, end - begin);
        const auto equals = part.find('=');
        if (equals == part.npos) refuse("a rule has parts such as FREQ=WEEKLY, with ; between them");
        const auto name = std::string(part.substr(0, equals));
        if (std::ranges::find(seen, name) != seen.end()) refuse("a part is there twice");
        seen.push_back(name);
        read_part(r, name, part.substr(equals + 1));
        begin = end + 1;
    }
    if (std::ranges::find(seen, "FREQ") == seen.end()) refuse("FREQ is required");
    check(r);
    sort_once(r.months, std::identity());
    sort_once(r.month_days, std::identity());
    sort_once(r.weekdays, [](const rule_weekday& w) { return std::pair(w.nth, w.day.iso_encoding()); });
    return r;
}

template <class List>
void append_list(std::string& out, std::string_view name, const List& list, auto text_of) {
    for (const auto& item : list)
        ((out += &item == list.data() ? std::string(";").append(name).append("=") : ",")) += text_of(item);
}

std::string basic(const rule_end& end) {
    auto text = ids::format(end.at);
    text.resize(text.find('.'));
    std::erase(text, '-');
    std::erase(text, ':');
    return end.whole_day ? text.substr(0, 8) : text + 'Z';
}

}  // namespace

result<recurrence> parse_recurrence(std::string_view text, std::string* why) {
    try {
        if (text.size() > longest_rule) refuse("a rule has at most 256 characters");
        std::string upper(text);
        std::ranges::transform(upper, upper.begin(), [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
        return parse(upper.starts_with("RRULE:") ? std::string_view(upper).substr(6) : upper);
    } catch (const refused& r) {
        if (why != nullptr) *why = r.what();
        return errc::recurrence_invalid;
    }
}

std::string format(const recurrence& r) {
    std::string out = "FREQ=";
    out += frequencies[static_cast<std::size_t>(r.freq)];
    if (r.interval != 1) out += ";INTERVAL=" + std::to_string(r.interval);
    if (r.count) out += ";COUNT=" + std::to_string(*r.count);
    if (r.until) out += ";UNTIL=" + basic(*r.until);
    const auto numeral = [](auto n) { return std::to_string(n); };
    append_list(out, "BYMONTH", r.months, numeral);
    append_list(out, "BYMONTHDAY", r.month_days, numeral);
    append_list(out, "BYDAY", r.weekdays, [](const rule_weekday& w) {
        return (w.nth == 0 ? "" : std::to_string(w.nth)).append(weekday_names[w.day.c_encoding()]);
    });
    if (r.hour) out += ";BYHOUR=" + std::to_string(*r.hour);
    if (r.minute) out += ";BYMINUTE=" + std::to_string(*r.minute);
    if (r.week_start != std::chrono::Monday) out.append(";WKST=").append(weekday_names[r.week_start.c_encoding()]);
    return out;
}

}  // namespace tidings::todo_be
