// The keys of a JSON object, duplicates included. (A parsed object has each key once: the last one wins.)
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tidings::todo_be {

// How many members the outermost object of a well-formed document is written with.
std::size_t count_members(std::string_view document);

// The first key of the outermost object that is there twice; empty when there is none.
std::string repeated_key(std::string_view document);

}  // namespace tidings::todo_be
