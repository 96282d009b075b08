// The title of the to-do: "Read <URL of the article>", which todo-be limits to 140 code points.
//
// A URL that is too long is first written as an IRI (RFC 3987), which is the same address for browsers and people:
// "%C3%BC" becomes "ü", one code point instead of six. When that is too long as well, another article is better; only
// when there is no other the text is cut, and ends with "…".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidings::todo_cron {

inline constexpr std::size_t longest_title = 140;  // code points

// Nothing when even the IRI is too long. Pre: `url` is ASCII.
std::optional<std::string> title_for(std::string_view url);

// At most 140 code points, whatever the length of `url`.
std::string cut_title(std::string_view url);

// Percent-encoded UTF-8 is decoded, but for what would change the meaning or could not be seen: ASCII, control and
// format characters, white space, private use. The result still works as an address.
std::string iri_of(std::string_view url);

}  // namespace tidings::todo_cron
