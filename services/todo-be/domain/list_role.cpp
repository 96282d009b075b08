#include "domain/list_role.hpp"

#include <algorithm>

namespace tidings::todo_be {

std::optional<list_role> parse_role(std::string_view name) {
    const auto* const found = std::find(role_names.begin(), role_names.end(), name);
    if (found == role_names.end()) return std::nullopt;
    return static_cast<list_role>(found - role_names.begin() + 1);
}

}  // namespace tidings::todo_be
