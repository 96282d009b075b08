#include "config/value_text.hpp"

#include <algorithm>
#include <optional>

#include "text/ascii.hpp"
#include "text/decimal.hpp"

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

std::optional<milliseconds> parse_duration(std::string_view text) {
    const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = text::parse_number<std::uint64_t>(text.substr(0, count));
    const auto found = std::ranges::find(units, text.substr(count), &unit::name);
    if (!number || found == std::end(units)) return std::nullopt;
    if (*number > static_cast<std::uint64_t>(INT64_MAX / found->ms)) return std::nullopt;
    return milliseconds(static_cast<std::int64_t>(*number) * found->ms);
}

}  // namespace

std::uint64_t to_number(raw_value v, std::uint64_t lowest, std::uint64_t highest) {
    const auto value = text::parse_number<std::uint64_t>(v.text);
    const std::string range = "; use " + std::to_string(lowest) + ".." + std::to_string(highest);
    if (!text::all_digits(v.text)) throw bad_value(quoted(v) + " is not a whole number" + range);
    if (!value || *value < lowest || *value > highest) throw bad_value(quoted(v) + " is out of range" + range);
    return *value;
}

bool to_flag(raw_value v) {
    for (const std::string_view yes : {"true", "1", "yes", "on", "y"})
        if (text::iequals(v.text, yes)) return true;
    for (const std::string_view no : {"false", "0", "no", "off", "n"})
        if (text::iequals(v.text, no)) return false;
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
        if (text::iequals(v.text, a)) return std::string(a);
    std::string list;
    for (const std::string_view a : allowed)
        list.append(list.empty() ? "" : ", ").append(a);
    throw bad_value(quoted(v) + " is not one of: " + list);
}

std::vector<std::string_view> split_list(std::string_view text) {
    std::vector<std::string_view> items;
    while (!text.empty()) {
        const std::size_t length = std::min(text.find(','), text.size());
        const std::string_view item = text::trim(text.substr(0, length));
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
