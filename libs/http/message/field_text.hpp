// The pieces of which the values of headers are made (RFC 9110, 5.6). Internal to libs/http/message.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidings::http {

// Each takes what it names off the front of `text`.
void skip_space(std::string_view& text);
// A token (5.6.2); empty when there is none.
std::string_view take_token(std::string_view& text);
// A quoted-string (5.6.4), without its quotes and backslashes; nothing when it does not end. Pre: `text` begins with a
// quote.
std::optional<std::string> take_quoted(std::string_view& text);

}  // namespace tidings::http
