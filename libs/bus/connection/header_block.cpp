#include "bus/connection/header_block.hpp"

#include <algorithm>

#include "text/ascii.hpp"

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

// Control characters are refused: a NUL ends the name for the C library that writes it.
bool is_name(std::string_view text) {
    return !text.empty() &&
           std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

}  // namespace

header_block::header_block(std::string_view bytes) {
    if (bytes.starts_with(beginning)) lines_ = bytes.substr(beginning.size());
}

std::string_view header_block::find(std::string_view name) const {
    std::string_view value;
    find({&name, 1}, {&value, 1});
    return value;
}

// An empty view without an address has not been found yet.
void header_block::find(std::span<const std::string_view> names, std::span<std::string_view> values) const {
    for (auto rest = lines_; !rest.empty();) {
        const auto line = next_line(rest);
        for (std::size_t i = 0; i < names.size(); ++i) {
            const auto length = names[i].size();
            if (line.size() <= length || line[length] != ':' || values[i].data() != nullptr ||
                !(line.starts_with(names[i]) || text::iequals(line.substr(0, length), names[i])))
                continue;
            const auto value = text::trim(line.substr(length + 1));
            values[i] = value.empty() ? line.substr(line.size()) : value;
            break;
        }
    }
}

std::vector<std::pair<std::string, std::string>> header_block::all() const {
    const auto found = views();
    return {found.begin(), found.end()};
}

std::vector<std::pair<std::string_view, std::string_view>> header_block::views() const {
    std::vector<std::pair<std::string_view, std::string_view>> found;
    for (auto rest = lines_; !rest.empty();) {
        const auto line = next_line(rest);
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !is_name(line.substr(0, colon))) continue;
        found.emplace_back(line.substr(0, colon), text::trim(line.substr(colon + 1)));
    }
    return found;
}

}  // namespace tidings::bus
