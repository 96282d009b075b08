// The types of events that an endpoint asks for: a whole type, or one with "*" in it, each of which stands for any
// characters, none included: "io.tidings.todo.*", "io.*.created".
#pragma once

#include <string_view>

namespace tidings::broadcaster {

enum class pattern_kind {
    exact,   // no "*"
    prefix,  // one, at the end
    free,    // anywhere
};

pattern_kind kind_of(std::string_view pattern);

// Takes at most as many steps as the product of both lengths.
bool matches_type(std::string_view pattern, std::string_view type);

}  // namespace tidings::broadcaster
