#include "config/value_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tidings::config {

namespace {

using std::chrono::milliseconds;

struct unit {
    std::string_view name;
    std::int64_t ms;
};
constexpr unit units[] = {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};

std::string quoted(raw_value v) {
    if (!v.shown) return "the file's content";
    constexpr std::size_t longest = 60;
    std::string out(v.text.substr(0, longest));
    std::ranges::replace_if(
        out, [](unsigned char c) { return c < 0x20 || c > 0x7E; }, '?');  // no value that is right has others
    return "'" + out + (v.text.size() > longest ? "...'" : "'");
}

unsigned char lower(unsigned char c) { return c >= 'A' && c <= 'Z' ? static_cast<unsigned char>(c + 32) : c; }

std::optional<std::uint64_t> digits(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<milliseconds> parse_duration(std::string_view text) {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = digits(text.substr(0, count));
    const auto found = std::ranges::find(units, text.substr(count), &unit::name);
    if (!number || found == std::end(units)) return std::nullopt;
    if (*number > static_cast<std::uint64_t>(INT64_MAX / found->ms)) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(*number) * found->ms);
}

// Of ASCII letters in any case.
bool same_word(std::string_view one, std::string_view other) {
    return std::ranges::equal(one, other, [](unsigned char a, unsigned char b) { return lower(a) == lower(b); });
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n";
    const std::size_t start = text.find_first_not_of(blank);
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(blank) - start + 1);
}

}  // namespace

std::uint64_t to_number(raw_value v, std::uint64_t lowest, std::uint64_t highest) {
    const auto value = digits(v.text);
    const std::string range = "; use " + std::to_string(lowest) + ".." + std::to_string(highest);
    const bool only_digits = !v.text.empty() && v.text.find_first_not_of("0123456789") == std::string_view::npos;
    if (!only_digits) throw bad_value(quoted(v) + " is not a whole number" + range);
    if (!value || *value < lowest || *value > highest) throw bad_value(quoted(v) + " is out of range" + range);
    return *value;
}

bool to_flag(raw_value v) {
    for (const std::string_view yes : {"true", "1", "yes", "on", "y"})
        if (same_word(v.text, yes)) return true;
    for (const std::string_view no : {"false", "0", "no", "off", "n"})
        if (same_word(v.text, no)) return false;
    throw bad_value(quoted(v) + " is neither yes nor no; use true or false");
}

milliseconds to_duration(raw_value v, milliseconds lowest, milliseconds highest) {
    const std::string range = "use " + duration_text(lowest) + ".." + duration_text(highest);
    const auto value = parse_duration(v.text);
    if (!value)
        throw bad_value(quoted(v) + " is not a duration; write a number with ms, s, m, h or d, such as 10s; " + range);
    if (*value < lowest || *value > highest) throw bad_value(quoted(v) + " is out of range; " + range);
    return *value;
}

std::string to_choice(raw_value v, const std::vector<std::string_view>& allowed) {
    for (const std::string_view a : allowed)
        if (same_word(v.text, a)) return std::string(a);
    std::string list;
    for (const std::string_view a : allowed)
        list.append(list.empty() ? "" : ", ").append(a);
    throw bad_value(quoted(v) + " is not one of: " + list);
}

std::vector<std::string_view> split_list(std::string_view text) {
    std::vector<std::string_view> items;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find(','), text.size());
        const std::string_view item = trimmed(text.substr(0, length));
        if (!item.empty()) items.push_back(item);
        text.remove_prefix(std::min(length + 1, text.size()));
    }
    return items;
}

std::string duration_text(milliseconds d) {
    for (const unit& u : units)
        if (d.count() != 0 && d.count() % u.ms == 0) return std::to_string(d.count() / u.ms).append(u.name);
    return "0s";
}

}  // namespace tidings::config
