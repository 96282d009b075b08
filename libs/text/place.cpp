#include "text/place.hpp"

#include <algorithm>

#include "text/utf8.hpp"

namespace tidings::text {

std::string place_in(std::string_view text, std::size_t offset) {
    const auto before = text.substr(0, offset);
    const auto line = before.substr(before.rfind('\n') + 1);  // npos + 1 == 0
    const auto columns = std::ranges::count_if(line, [](char c) { return !is_continuation(c); });
    return "line " + std::to_string(1 + std::ranges::count(before, '\n')) + ", column " + std::to_string(1 + columns);
}

}  // namespace tidings::text
