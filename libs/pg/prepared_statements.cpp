#include "pg/prepared_statements.hpp"

#include <utility>

namespace tidings::pg {

bool prepared_statements::use(std::string_view name) {
    const auto found = places_.find(name);
    if (found == places_.end()) return false;
    by_use_.splice(by_use_.begin(), by_use_, found->second);
    return true;
}

void prepared_statements::add(std::string name) {
    by_use_.push_front(std::move(name));
    places_.emplace(by_use_.front(), by_use_.begin());
}

void prepared_statements::remove(std::string_view name) {
    const auto found = places_.find(name);
    if (found == places_.end()) return;
    const auto place = found->second;
    places_.erase(found);
    by_use_.erase(place);
}

std::optional<std::string> prepared_statements::surplus() const {
    if (by_use_.size() <= most_) return std::nullopt;
    return by_use_.back();
}

}  // namespace tidings::pg
