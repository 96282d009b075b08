#include "domain/next_todo.hpp"

#include <algorithm>
#include <utility>

#include "domain/recurrence.hpp"

namespace tidings::todo_be {

namespace {

using direction = zone_clocks::direction;
using std::chrono::floor;
using std::chrono::sys_days;

// The next time on the clock of the due.
std::optional<ids::timestamp> next_clock(const recurrence& rule, ids::timestamp clock) {
    const auto day = floor<std::chrono::days>(clock);
    auto time = clock - day;
    if (rule.hour || rule.minute) {
        const auto hours = floor<std::chrono::hours>(time);
        const auto minutes = floor<std::chrono::minutes>(time - hours);
        time += (rule.hour ? std::chrono::hours(*rule.hour) - hours : std::chrono::hours(0)) +
                (rule.minute ? std::chrono::minutes(*rule.minute) - minutes : std::chrono::minutes(0));
    }
    const auto next = next_day(rule, day);
    if (!next) return std::nullopt;
    return *next + time;
}

bool is_over(const recurrence& rule, ids::timestamp clock, ids::timestamp at) {
    if (rule.count && *rule.count <= 1) return true;
    if (!rule.until) return false;
    return rule.until->whole_day ? floor<std::chrono::days>(clock) > rule.until->at : at > rule.until->at;
}

// Where the clocks leave the time out, the due is later that day: the rule remembers what it was.
void remember_time(recurrence& rule, ids::timestamp clock, ids::timestamp shown) {
    rule.hour.reset();
    rule.minute.reset();
    if (clock == shown) return;
    const auto time = clock - floor<std::chrono::days>(clock);
    const auto hours = floor<std::chrono::hours>(time);
    rule.hour = static_cast<unsigned>(hours.count());
    rule.minute = static_cast<unsigned>(floor<std::chrono::minutes>(time - hours).count());
}

}  // namespace

std::optional<ids::timestamp> zone_clocks::ask(direction d, ids::timestamp t, const std::string& zone) {
    if (zone == "UTC") return t;
    question q{d, t, zone};
    if (const auto known = known_.find(q); known != known_.end()) return known->second;
    if (std::ranges::find(wanted_, q) == wanted_.end()) wanted_.push_back(std::move(q));
    return std::nullopt;
}

std::optional<todo_fields> next_of(const todo_fields& done, zone_clocks& clocks) {
    auto rule = parse_recurrence(*done.recurrence);
    if (!rule) return std::nullopt;
    const auto zone = done.due->whole_day ? std::string("UTC") : done.due_time_zone.value_or("UTC");
    const auto now = clocks.ask(direction::to_clock, done.due->at, zone);
    const auto clock = now ? next_clock(*rule, *now) : std::nullopt;
    const auto at = clock ? clocks.ask(direction::to_instant, *clock, zone) : std::nullopt;
    const auto shown = at ? clocks.ask(direction::to_clock, *at, zone) : std::nullopt;
    if (!shown || is_over(*rule, *clock, *at)) return std::nullopt;
    if (rule->count) --*rule->count;
    remember_time(*rule, *clock, *shown);
    auto next = done;
    next.done = false;
    next.due->at = *at;
    next.recurrence = format(*rule);
    return next;
}

}  // namespace tidings::todo_be
