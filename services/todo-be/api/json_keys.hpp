// The keys of a JSON object, duplicates included. (A parsed object has each key once: the last one wins.)
#pragma once

#include <string>
#include <string_view>

namespace tidings::todo_be {

// The first key of the outermost object that is there twice; empty when there is none.
std::string repeated_key(std::string_view document);

}  // namespace tidings::todo_be
