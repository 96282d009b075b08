// The keys of JSON objects, duplicates included. (A parsed object has each key once: the last one wins.)
#pragma once

#include <string>
#include <string_view>

namespace tidings::todo_be {

// The JSON Pointer to the first key that is in its object twice; empty when there is none.
std::string repeated_key(std::string_view document);

}  // namespace tidings::todo_be
