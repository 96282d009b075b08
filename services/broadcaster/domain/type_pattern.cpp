#include "domain/type_pattern.hpp"

namespace tidings::broadcaster {

pattern_kind kind_of(std::string_view pattern) {
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) return pattern_kind::exact;
    return star + 1 == pattern.size() ? pattern_kind::prefix : pattern_kind::free;
}

bool matches_type(std::string_view pattern, std::string_view type) {
    auto star = std::string_view::npos;  // the last one seen, and where its characters end
    std::size_t at = 0, end = 0;
    for (std::size_t i = 0; i < type.size();) {
        if (at < pattern.size() && pattern[at] == '*') {
            star = at++;
            end = i;
        } else if (at < pattern.size() && pattern[at] == type[i]) {
            ++at;
            ++i;
        } else if (star != std::string_view::npos) {
            at = star + 1;
            i = ++end;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', at) == std::string_view::npos;
}

}  // namespace tidings::broadcaster
