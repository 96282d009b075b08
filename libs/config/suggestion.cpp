#include "config/suggestion.hpp"

#include <algorithm>
#include <utility>

#include "text/ascii.hpp"

namespace tidings::config {

namespace {

constexpr std::size_t longest_name = 64;

std::string normal(std::string_view name) {
    std::string out = text::lowered(name);
    std::ranges::replace(out, '-', '_');
    return out;
}

// The fewest letters to insert, drop, replace or swap with their neighbour that turn one name into the other
// (Levenshtein with transpositions), row by row.
std::size_t distance(const std::string& from, const std::string& to) {
    std::vector<std::size_t> before(to.size() + 1), above(to.size() + 1), row(to.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j)
        above[j] = j;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const bool same = from[i - 1] == to[j - 1];
            row[j] = std::min({above[j - 1] + (same ? 0 : 1), above[j] + 1, row[j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
            if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before = std::exchange(above, row);
    }
    return above.back();
}

bool is_anagram(std::string one, std::string other) {
    std::ranges::sort(one);
    std::ranges::sort(other);
    return one == other;
}

// `length` is that of the setting's name without the suffix _FILE.
bool is_mistyped(const std::string& given, const std::string& variable, std::size_t length) {
    const std::size_t d = distance(given, variable);
    if (length < 6) return d <= 1 && is_anagram(given, variable);
    return d <= (length < 8 ? 1U : 2U);
}

}  // namespace

std::string suggestion(std::string_view given, const std::vector<std::string>& known) {
    if (given.size() > longest_name) return {};
    const std::string typed = normal(given);
    std::size_t least = std::min<std::size_t>(3, typed.size() / 3 + 1) + 1;
    std::string nearest;
    for (const std::string& name : known) {
        const std::size_t d = distance(typed, normal(name));
        if (d >= least) continue;
        least = d;
        nearest = name;
    }
    return nearest.empty() ? std::string() : "; did you mean '" + nearest + "'?";
}

std::string meant_variable(std::string_view given, const std::vector<std::string>& variables) {
    if (given.size() > longest_name) return {};
    const std::string typed = normal(given);
    for (const std::string& name : variables) {
        for (const std::string& form : {name, name + "_FILE"})
            if (is_mistyped(typed, normal(form), name.size())) return form;
    }
    return {};
}

}  // namespace tidings::config
