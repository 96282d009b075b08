// What a member of a shared list may do there. Each role may do what those before it may.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/scope.hpp"

namespace tidings::todo_be {

enum class list_role : std::uint8_t {
    reader = 1,  // read the to-dos, follow them, and see who the others are
    editor,      // change to-dos
    admin,       // rename the list, delete it, and say who is a member and as what
};
inline constexpr std::array<std::string_view, 3> role_names{"reader", "editor", "admin"};

inline std::string_view to_string(list_role r) { return role_names.at(static_cast<std::size_t>(r) - 1); }
std::optional<list_role> parse_role(std::string_view name);

// Whose scope allows something for one's own to-dos needs this role to do it in a list.
inline list_role role_for(scope s) { return s == scope::todos_write ? list_role::editor : list_role::reader; }

}  // namespace tidings::todo_be
