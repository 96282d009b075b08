#include "bus/jetstream/subject_cover.hpp"

#include <algorithm>

namespace tidings::bus {

namespace {

std::string_view take_token(std::string_view& rest) {
    const auto end = std::min(rest.find('.'), rest.size());
    const auto token = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return token;
}

bool is_visible(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > 0x20 && c != 0x7F; });
}

}  // namespace

bool subjects_overlap(std::string_view one, std::string_view other) {
    while (!one.empty() && !other.empty()) {
        const auto a = take_token(one);
        const auto b = take_token(other);
        if (a == ">" || b == ">") return true;
        if (a != "*" && b != "*" && a != b) return false;
    }
    return one.empty() && other.empty();
}

std::string_view subject_problem(std::string_view subject) {
    if (subject.empty()) return "is empty";
    if (subject.size() > 255) return "is longer than 255 bytes";
    if (!is_visible(subject)) return "contains blanks or control characters";
    if (subject.ends_with('.')) return "ends in a dot";
    while (!subject.empty()) {
        const auto token = take_token(subject);
        if (token.empty()) return "has an empty token: a dot at its start or two in a row";
        if (token == ">" && !subject.empty()) return "has > before its end";
        if (token.size() > 1 && token.find_first_of("*>") != std::string_view::npos)
            return "has a wildcard within a token: * and > stand alone between dots";
    }
    return {};
}

std::string_view stream_name_problem(std::string_view name) {
    if (name.empty()) return "is empty";
    if (name.size() > 255) return "is longer than 255 bytes";
    if (!is_visible(name)) return "contains blanks or control characters";
    if (name.find_first_of(".*>/\\") != std::string_view::npos) return "contains one of . * > / \\";
    return {};
}

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
