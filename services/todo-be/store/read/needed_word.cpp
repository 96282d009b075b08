#include "store/read/needed_word.hpp"

#include <algorithm>

#include "text/ascii.hpp"

namespace tidings::todo_be {

std::string_view needed_word(std::string_view search) {
    if (!std::all_of(search.begin(), search.end(), [](char c) { return text::is_letter_or_digit(c) || c == ' '; }))
        return {};
    std::string_view longest;
    while (!search.empty()) {
        const auto word = search.substr(0, search.find(' '));
        search.remove_prefix(std::min(search.size(), word.size() + 1));
        if (text::iequals(word, "or")) return {};
        // A number in it might make two of it.
        if (word.size() > longest.size() && std::all_of(word.begin(), word.end(), text::is_letter)) longest = word;
    }
    return longest;
}

}  // namespace tidings::todo_be
