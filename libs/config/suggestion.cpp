#include "config/suggestion.hpp"

#include <algorithm>
#include <cctype>

namespace tidings::config {

namespace {

constexpr std::size_t longest_name = 64;

std::string normal(std::string_view name) {
    std::string out(name);
    for (char& c : out)
        c = c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

// The fewest letters to insert, drop or replace that turn one name into the other (Levenshtein), row by row.
std::size_t distance(const std::string& from, const std::string& to) {
    std::vector<std::size_t> row(to.size() + 1);
    for (std::size_t i = 0; i < row.size(); ++i)
        row[i] = i;
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string suggestion(std::string_view given, const std::vector<std::string>& known) {
    if (given.size() > longest_name) return {};
    const std::string wanted = normal(given);
    std::size_t least = std::min<std::size_t>(3, wanted.size() / 3 + 1) + 1;
    std::string nearest;
    for (const std::string& name : known) {
        const std::size_t d = distance(wanted, normal(name));
        if (d >= least) continue;
        least = d;
        nearest = name;
    }
    return nearest.empty() ? std::string() : "; did you mean '" + nearest + "'?";
}

}  // namespace tidings::config
