// Strings of JSON (RFC 8259, section 7), appended to a text where building a document first would cost too much.
#pragma once

#include <string>
#include <string_view>

namespace tidings::text {

// Appends `text`, which is UTF-8, as a JSON string with its quotes.
void append_json_string(std::string& out, std::string_view text);

// Appends the escape sequence of one character, whether it needs one or not: "\n" where there is a short form, else
// "\u200b". Pre: at most U+FFFF.
void append_json_escape(std::string& out, char32_t c);

// The JSON Pointer (RFC 6901) to a member of the outermost object. Cut short, with "...", when the name is long: a name
// of any length must not make an answer as long as the request.
std::string json_pointer_to(std::string_view member);

}  // namespace tidings::text
