#include "domain/due_date.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t date_length = 10;  // 2026-01-31

}  // namespace

std::optional<due_date> parse_due_date(std::string_view text) {
    if (const auto at = ids::parse_timestamp(text)) return due_date{*at, false};
    if (text.size() != date_length) return std::nullopt;
    const auto day = ids::parse_timestamp(std::string(text) + "T00:00:00Z");
    if (!day) return std::nullopt;
    return due_date{*day, true};
}

void append_to(std::string& out, const due_date& due) {
    const auto begin = out.size();
    ids::append_to(out, due.at);
    if (due.whole_day) out.resize(begin + date_length);
}

}  // namespace tidings::todo_be
