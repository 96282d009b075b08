// Whose to-dos they are.
#pragma once

#include <compare>
#include <cstdint>

#include "context/request_context.hpp"

namespace tidings::todo_be {

// The number of a row of `users`.
struct user_id {
    std::int32_t value = 0;
    auto operator<=>(const user_id&) const = default;
};

// Owns everything while users are not told apart (IDENTITY=off); later whoever has API_TOKEN.
inline constexpr user_id default_user{1};

inline user_id asker_of(const request_context& c) { return {c.access.user}; }

}  // namespace tidings::todo_be
