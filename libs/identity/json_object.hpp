// JSON of tokens and keys, about which no two readers can disagree.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace tidings::identity {

// Nothing unless the text is one object (RFC 8259) of at most 8 levels in which no object has a member twice: of two,
// parsers disagree on which counts.
std::optional<boost::json::object> read_object(std::string_view text);

// A member that is text; nothing when it is absent or of another type.
std::optional<std::string_view> text_of(const boost::json::object& in, std::string_view member);

}  // namespace tidings::identity
