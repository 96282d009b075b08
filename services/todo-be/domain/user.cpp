#include "domain/user.hpp"

#include "text/decimal.hpp"

namespace tidings::todo_be {

std::string list_name(user_id list) { return std::to_string(list.value - list_base); }

std::optional<user_id> parse_list(std::string_view name) {
    const auto number = text::parse_number<std::int32_t>(name);
    if (!number || *number < 1 || *number >= list_base || std::to_string(*number) != name) return std::nullopt;
    return user_id{list_base + *number};
}

}  // namespace tidings::todo_be
