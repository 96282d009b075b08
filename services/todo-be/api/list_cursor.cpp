#include "api/list_cursor.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>

#include "text/decimal.hpp"

namespace tidings::todo_be {

namespace {

constexpr char separator = '_';

struct sort_letter {
    char letter;
    list_order sort;
};
constexpr sort_letter letters[] = {
    {'c', {sort_key::created, false}}, {'d', {sort_key::due, false}},      {'u', {sort_key::updated, false}},
    {'U', {sort_key::updated, true}},  {'f', {sort_key::finished, false}}, {'F', {sort_key::finished, true}},
};
constexpr list_order by_order{sort_key::order, false};

// Moments that PostgreSQL has too. (Those of to-dos are of the years 1..9999.)
constexpr std::int64_t earliest = -99'999'999'999'999'999;
constexpr std::int64_t latest = 999'999'999'999'999'999;

bool read_order(std::string_view text, list_position& p) {
    if (text.empty()) return true;
    p.order = text::parse_number<double>(text);
    return p.order && *p.order >= 0 && *p.order <= static_cast<double>(highest_order);
}

bool read_time(std::string_view text, list_position& p) {
    if (text.empty()) return true;
    const auto micros = text::parse_number<std::int64_t>(text);
    if (!micros || *micros < earliest || *micros > latest) return false;
    p.at = ids::timestamp(std::chrono::microseconds(*micros));
    return true;
}

// What precedes the id: the order, and the place in it.
bool read_place(std::string_view text, list_position& p) {
    const auto* const known =
        std::find_if(std::begin(letters), std::end(letters), [&](const auto& l) { return text.starts_with(l.letter); });
    p.sort = known == std::end(letters) ? by_order : known->sort;
    if (p.sort == by_order) return read_order(text, p);
    return p.sort.by == sort_key::created ? text.size() == 1 : read_time(text.substr(1), p);
}

}  // namespace

std::string cursor_text(const list_position& p) {
    std::string text;
    const auto* const known =
        std::find_if(std::begin(letters), std::end(letters), [&](const auto& l) { return l.sort == p.sort; });
    if (known != std::end(letters)) text += known->letter;
    if (p.order) append_order(text, *p.order);
    if (p.at) text::append_number(text, static_cast<std::int64_t>(p.at->time_since_epoch().count()));
    if (p.sort != newest_first) text += separator;
    p.id.append_to(text);
    return text;
}

std::optional<list_position> parse_cursor(std::string_view text) {
    list_position p{.sort = newest_first, .order = {}, .at = {}, .id = {}};
    const auto end = text.find(separator);
    if (end != std::string_view::npos && !read_place(text.substr(0, end), p)) return std::nullopt;
    const auto id = ids::uuid::parse(end == std::string_view::npos ? text : text.substr(end + 1));
    if (!id) return std::nullopt;
    p.id = *id;
    return p;
}

}  // namespace tidings::todo_be
