// The text of a personal access token: "tdp_", 30 random characters of base 62 (178 bits), and 6 that check the ones
// before, so that a mistyped one, or one in a file, is known for what it is without asking the database.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidings::todo_be {

inline constexpr std::string_view token_prefix = "tdp_";

std::string new_token_text();
bool is_token_text(std::string_view text);

// What is kept of it: its SHA-256. (There is nothing to guess: it needs no salt, and no slow hash.)
using token_hash = std::array<std::uint8_t, 32>;
token_hash hash_of(std::string_view token);

}  // namespace tidings::todo_be
