// A recurrence rule, and a first day for it.
#include "domain/recurrence.hpp"

#include "domain/due_date.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    std::string why;
    const auto rule = todo_be::parse_recurrence(next_part(bytes), &why);
    require(rule.has_value() == why.empty(), "a refusal says why");
    const auto start = todo_be::parse_due_date(next_part(bytes));
    if (!rule) return;
    const auto text = todo_be::format(*rule);
    const auto again = todo_be::parse_recurrence(text);
    require(again && todo_be::format(*again) == text, "a rule has one form");
    if (!start) return;
    const auto day = std::chrono::floor<std::chrono::days>(start->at);
    const auto next = todo_be::next_day(*rule, day);
    require(!next || *next > day, "time goes on");
}

}  // namespace tidings::fuzz
