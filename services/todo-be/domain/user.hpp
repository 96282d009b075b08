// Whose to-dos they are: a user's, or those of a list that users share.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "context/request_context.hpp"

namespace tidings::todo_be {

// The number of a row of `users`, or of `lists`: the database gives none twice.
struct user_id {
    std::int32_t value = 0;
    auto operator<=>(const user_id&) const = default;
};

// Owns everything while users are not told apart (IDENTITY=off); later whoever has API_TOKEN.
inline constexpr user_id default_user{1};

inline user_id asker_of(const request_context& c) { return {c.access.user}; }

// Numbers above this one are those of lists (migration 0021).
inline constexpr std::int32_t list_base = 1 << 30;
inline bool is_list(user_id owner) { return owner.value > list_base; }
// As the API names it: "1" is the first one.
std::string list_name(user_id list);
std::optional<user_id> parse_list(std::string_view name);

// Whose to-dos a request is about: those of the list that it names, else the asker's own.
inline user_id owner_of(const request_access& a) { return {a.list != 0 ? a.list : a.user}; }
inline user_id owner_of(const request_context& c) { return owner_of(c.access); }

}  // namespace tidings::todo_be
