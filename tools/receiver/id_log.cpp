#include "id_log.hpp"

#include <utility>

namespace tidings::receiver {

std::string_view id_log::line(const std::string& lines, std::uint64_t at) {
    return std::string_view(lines).substr(at, lines.find('\n', at) - at);
}

bool id_log::arrived(std::string_view id) {
    if (entries_.find(id) != entries_.end()) return false;
    const auto at = lines_.size();
    lines_ += id;
    lines_ += '\n';
    entries_.emplace(at, false);
    return true;
}

bool id_log::accepted(std::string_view id) {
    const auto found = entries_.find(id);
    if (found == entries_.end()) return true;
    if (std::exchange(found->second, true)) return false;
    ++accepted_;
    return true;
}

}  // namespace tidings::receiver
