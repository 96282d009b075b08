// JSON Pointer (RFC 6901): a place in a document.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::todo_be {

// Its parts, unescaped; none for the whole document.
using json_pointer = std::vector<std::string>;

// Nothing when the text is no pointer: without a slash in front, or with a '~' that is neither "~0" nor "~1".
std::optional<json_pointer> parse_json_pointer(std::string_view text);

// Null when there is nothing.
boost::json::value* find_at(boost::json::value& document, const json_pointer& at);

// The operations of RFC 6902 (4.1, 4.2). False when there is no such place; then the document is as it was.
bool add_at(boost::json::value& document, const json_pointer& at, boost::json::value v);
bool remove_at(boost::json::value& document, const json_pointer& at);

}  // namespace tidings::todo_be
