// Writing JSON by appending text, for the places where building a document first would cost too much.
#pragma once

#include <string>
#include <string_view>

namespace tidings::events {

// Appends `text`, which is UTF-8, as a JSON string with its quotes (RFC 8259, section 7).
void append_json_string(std::string& out, std::string_view text);

}  // namespace tidings::events
