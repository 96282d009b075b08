// The files of migrations/, built into the program (see migrations/embed.cmake).
#pragma once

#include <span>
#include <string_view>

namespace tidings::todo_be {

struct migration {
    std::string_view name;      // "0001_todos_events_outbox"
    std::string_view checksum;  // SHA-256 of the file, hexadecimal
    std::string_view sql;
};

// In the order in which they apply.
std::span<const migration> migrations();

}  // namespace tidings::todo_be
