#include "api/todo_query.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "api/list_cursor.hpp"
#include "domain/text.hpp"
#include "http/message/problem.hpp"
#include "text/ascii.hpp"
#include "text/decimal.hpp"
#include "text/escape.hpp"
#include "text/utf8.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t longest_name = 60;
constexpr std::size_t most_reported = 20;  // a query of nothing but unknown names must not be answered tenfold

struct sort_name {
    std::string_view name;
    list_order sort;
};
constexpr sort_name sorts[] = {
    {"-created_at", newest_first},
    {"created_at", {sort_key::created, false}},
    {"order", {sort_key::order, false}},
    {"due", {sort_key::due, false}},
    {"updated_at", {sort_key::updated, false}},
    {"-updated_at", {sort_key::updated, true}},
    {"done_at", {sort_key::finished, false}},
    {"-done_at", {sort_key::finished, true}},
};

std::string_view name_of(const list_order& sort) {
    return std::find_if(std::begin(sorts), std::end(sorts), [&](const auto& s) { return s.sort == sort; })->name;
}

// What is read before it is known how it goes together.
struct draft {
    listing made;
    std::optional<list_order> sort;
    std::vector<sort_key> ranges;  // what they are of
};

result<> read_limit(std::string_view text, draft& d) {
    const auto limit = text::parse_number<unsigned>(text);
    if (!limit || *limit < 1 || *limit > longest_page) return errc::limit_invalid;
    d.made.query.limit = *limit;
    return {};
}

result<> read_cursor(std::string_view text, draft& d) {
    d.made.query.after = parse_cursor(text);
    if (!d.made.query.after) return errc::cursor_invalid;
    return {};
}

result<> read_boolean(std::string_view text, bool& value) {
    if (text != "true" && text != "false") return errc::flag_invalid;
    value = text == "true";
    return {};
}

result<> read_done_filter(std::string_view text, draft& d) { return read_boolean(text, d.made.query.done.emplace()); }

result<> read_total(std::string_view text, draft& d) { return read_boolean(text, d.made.total); }

result<> read_parent_filter(std::string_view text, draft& d) {
    d.made.query.parent = ids::uuid::parse(text);
    if (!d.made.query.parent) return errc::parent_filter_invalid;
    return {};
}

result<> read_label_filter(std::string_view text, draft& d) {
    auto label = clean_label(text);
    if (!label) return label.error();
    d.made.query.label = std::move(*label);
    return {};
}

result<> read_priority_filter(std::string_view text, draft& d) {
    const auto priority = parse_priority(text);
    if (!priority) return priority.error();
    d.made.query.priority = *priority;
    return {};
}

result<> read_search(std::string_view text, draft& d) {
    const auto search = clean_text(text, longest_search, errc::search_empty, errc::search_too_long);
    if (!search) return search.error();
    d.made.query.search = std::string(*search);
    return {};
}

result<> read_sort(std::string_view text, draft& d) {
    const auto* const known =
        std::find_if(std::begin(sorts), std::end(sorts), [&](const auto& s) { return s.name == text; });
    if (known == std::end(sorts)) return errc::sort_invalid;
    d.sort = known->sort;
    return {};
}

result<> read_fields_shown(std::string_view text, draft& d) {
    const auto shown = parse_members(text);
    if (!shown) return errc::fields_unknown;
    d.made.shown = *shown;
    return {};
}

template <sort_key Key, std::optional<ids::timestamp> time_range::* End>
result<> read_end(std::string_view text, draft& d) {
    const auto time = parse_due_date(text);
    if (!time) return errc::time_invalid;
    d.made.query.range.*End = time->at;
    if (std::find(d.ranges.begin(), d.ranges.end(), Key) == d.ranges.end()) d.ranges.push_back(Key);
    return {};
}

struct parameter {
    std::string_view name;
    result<> (*read)(std::string_view text, draft& d);
};
constexpr std::array<parameter, 15> parameters{{{"limit", read_limit},
                                                {"cursor", read_cursor},
                                                {"done", read_done_filter},
                                                {"parent", read_parent_filter},
                                                {"label", read_label_filter},
                                                {"priority", read_priority_filter},
                                                {"due_after", read_end<sort_key::due, &time_range::from>},
                                                {"due_before", read_end<sort_key::due, &time_range::before>},
                                                {"updated_after", read_end<sort_key::updated, &time_range::from>},
                                                {"done_after", read_end<sort_key::finished, &time_range::from>},
                                                {"done_before", read_end<sort_key::finished, &time_range::before>},
                                                {"q", read_search},
                                                {"sort", read_sort},
                                                {"total", read_total},
                                                {"fields", read_fields_shown}}};

result<> read_parameter(std::string_view name, std::string_view value, draft& d) {
    const auto* const known =
        std::find_if(parameters.begin(), parameters.end(), [&](const auto& p) { return p.name == name; });
    return known == parameters.end() ? errc::unknown_parameter : known->read(value, d);
}

using pairs = std::vector<std::pair<std::string, std::string>>;

// Asked only of known names with few unknown ones before them: a query of thousands costs no more than it is long.
bool is_named_before(const pairs& query, pairs::const_iterator it) {
    return std::any_of(query.begin(), it, [&](const auto& earlier) { return earlier.first == it->first; });
}

// What does not go together, if anything; else the order is set.
std::optional<violation> combine(draft& d) {
    auto& q = d.made.query;
    if (d.ranges.size() > 1) return violation{{}, errc::ranges_several};
    if (q.after) d.sort = q.after->sort;
    const auto range = d.ranges.empty() ? std::nullopt : std::optional(d.ranges.front());
    if (d.sort && range && d.sort->by != *range)
        return violation{q.after ? "cursor" : "sort", errc::range_sorted_otherwise};
    if (d.sort) {
        q.sort = *d.sort;
    } else if (range) {
        q.sort = {*range, false};
    }
    return std::nullopt;
}

void append_end(std::string& text, const char* name, const std::optional<ids::timestamp>& t) {
    if (!t) return;
    text += name;
    ids::append_to(text, *t);
}

void append_range(std::string& text, const list_query& q) {
    const bool due = q.sort.by == sort_key::due;
    const bool updated = q.sort.by == sort_key::updated;
    append_end(text, due ? "&due_after=" : updated ? "&updated_after=" : "&done_after=", q.range.from);
    append_end(text, due ? "&due_before=" : "&done_before=", q.range.before);
}

void append_words(std::string& text, const char* name, const std::optional<std::string>& words) {
    if (!words) return;
    text += name;
    text::append_escaped(text, *words, '%', [](char c) { return text::is_letter_or_digit(c) || c == '-' || c == '.'; });
}

}  // namespace

result<listing> read_list_query(const pairs& query, violations& wrong) {
    draft d;
    std::size_t failed = 0;
    for (auto it = query.begin(); it != query.end(); ++it) {
        const auto& [name, value] = *it;
        auto read = read_parameter(name, value, d);
        if (read && failed <= most_reported && is_named_before(query, it)) read = errc::key_repeated;
        if (!read && ++failed <= most_reported)
            wrong.push_back(
                {std::string(text::shortened(name, longest_name)), static_cast<errc>(read.error().value())});
    }
    if (failed > most_reported) wrong.push_back({{}, errc::more_wrong, std::to_string(failed - most_reported)});
    if (failed > 0) return errc::query_invalid;
    if (auto conflict = combine(d)) {
        wrong.push_back(std::move(*conflict));
        return errc::query_conflict;
    }
    return std::move(d.made);
}

std::string canonical(const listing& l) {
    const auto& q = l.query;
    std::string text = std::to_string(q.limit);
    if (q.done) text += *q.done ? "&done=true" : "&done=false";
    if (q.parent) text += "&parent=" + q.parent->str();
    append_words(text, "&label=", q.label);
    if (q.priority) text.append("&priority=").append(to_string(*q.priority));
    append_words(text, "&q=", q.search);
    append_range(text, q);
    if (q.after) {
        text += "&cursor=" + cursor_text(*q.after);
    } else if (q.sort != newest_first) {
        text.append("&sort=").append(name_of(q.sort));
    }
    if (l.total) text += "&total=true";
    if (l.shown != all_members()) text += "&fields=" + names_of(l.shown);
    return text;
}

}  // namespace tidings::todo_be
