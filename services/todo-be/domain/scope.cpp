#include "domain/scope.hpp"

#include <algorithm>

namespace tidings::todo_be {

std::optional<scope> parse_scope(std::string_view name) {
    const auto* const found = std::find(scope_names.begin(), scope_names.end(), name);
    if (found == scope_names.end()) return std::nullopt;
    return static_cast<scope>(found - scope_names.begin());
}

std::string to_string(scope_set s) {
    std::string text;
    for (std::size_t i = 0; i < scope_names.size(); ++i) {
        if (!s.has(static_cast<scope>(i))) continue;
        if (!text.empty()) text += ' ';
        text += scope_names.at(i);
    }
    return text;
}

scope_set read_scopes(std::string_view text) {
    scope_set all;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        if (const auto s = parse_scope(text.substr(0, end))) all.add(*s);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return all;
}

}  // namespace tidings::todo_be
