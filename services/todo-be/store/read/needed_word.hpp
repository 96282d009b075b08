// What a search in PostgreSQL's full text needs letter by letter.
#pragma once

#include <string_view>

namespace tidings::todo_be {

// The longest word of ASCII letters that every text has, in capitals or not, which `search` finds as
// websearch_to_tsquery('simple', ...) does. Empty if none is known: where operators or quotes are, or other letters.
std::string_view needed_word(std::string_view search);

}  // namespace tidings::todo_be
