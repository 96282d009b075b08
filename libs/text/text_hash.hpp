// For hash tables of strings that are searched by string_view; with std::equal_to<>.
#pragma once

#include <functional>
#include <string_view>

namespace tidings::text {

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

}  // namespace tidings::text
