#include "bus/subject_cover.hpp"

#include <algorithm>

namespace tidings::bus {

namespace {

std::string_view take_token(std::string_view& rest) {
    const auto end = std::min(rest.find('.'), rest.size());
    const auto token = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return token;
}

}  // namespace

bool subject_covers(std::string_view wide, std::string_view narrow) {
    while (!wide.empty() && !narrow.empty()) {
        const auto w = take_token(wide);
        const auto n = take_token(narrow);
        if (w == ">") return true;
        if (n == ">") return false;
        if (w != "*" && w != n) return false;
    }
    return wide.empty() && narrow.empty();
}

}  // namespace tidings::bus
