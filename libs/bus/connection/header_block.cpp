#include "bus/connection/header_block.hpp"

#include <algorithm>

namespace tidings::bus {

namespace {

constexpr std::string_view line_end = "\r\n";

// Takes the next line off the front.
std::string_view next_line(std::string_view& lines) {
    const auto end = lines.find(line_end);
    const auto line = lines.substr(0, end);
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + line_end.size());
    return line;
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// A name with a control character in it (a NUL ends it for the C library that writes it) is none.
bool is_name(std::string_view text) {
    return !text.empty() &&
           std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::string_view without_blanks(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

header_block::header_block(std::string_view bytes) {
    if (bytes.starts_with(beginning)) lines_ = bytes.substr(beginning.size());
}

std::string_view header_block::find(std::string_view name) const {
    for (auto rest = lines_; !rest.empty();) {
        const auto line = next_line(rest);
        if (line.size() > name.size() && line[name.size()] == ':' && same_name(line.substr(0, name.size()), name))
            return without_blanks(line.substr(name.size() + 1));
    }
    return {};
}

std::vector<std::pair<std::string, std::string>> header_block::all() const {
    std::vector<std::pair<std::string, std::string>> found;
    for (auto rest = lines_; !rest.empty();) {
        const auto line = next_line(rest);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_name(line.substr(0, colon))) continue;
        found.emplace_back(line.substr(0, colon), without_blanks(line.substr(colon + 1)));
    }
    return found;
}

}  // namespace tidings::bus
