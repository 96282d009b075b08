#include "domain/subscriptions.hpp"

#include <algorithm>

#include "domain/type_pattern.hpp"

namespace tidings::broadcaster {

namespace {

const std::string every_type = "*";

template <class Use>
void for_each_type(std::span<const std::string> types, Use use) {
    if (types.empty()) use(every_type);
    for (const auto& t : types)
        use(t);
}

}  // namespace

std::vector<subscriptions::slot>& subscriptions::place_of(const std::string& type) {
    switch (kind_of(type)) {
        case pattern_kind::exact:
            return exact_[type];
        case pattern_kind::free:
            return patterns_[type];
        case pattern_kind::prefix:
            break;
    }
    const auto length = type.size() - 1;
    return prefixes_[length][type.substr(0, length)];
}

void subscriptions::add(slot endpoint, std::span<const std::string> types) {
    for_each_type(types, [&](const std::string& type) {
        auto& place = place_of(type);
        if (std::ranges::find(place, endpoint) == place.end()) place.push_back(endpoint);
    });
}

void subscriptions::remove(slot endpoint, std::span<const std::string> types) {
    for_each_type(types, [&](const std::string& type) {
        std::erase(place_of(type), endpoint);
        forget_if_empty(type);
    });
}

void subscriptions::forget_if_empty(const std::string& type) {
    if (!place_of(type).empty()) return;
    if (const auto kind = kind_of(type); kind != pattern_kind::prefix) {
        (kind == pattern_kind::exact ? exact_ : patterns_).erase(type);
        return;
    }
    const auto length = type.size() - 1;
    const auto group = prefixes_.find(length);
    group->second.erase(type.substr(0, length));
    if (group->second.empty()) prefixes_.erase(group);
}

bool subscriptions::by_type() const {
    const bool only_every_type = prefixes_.empty() || (prefixes_.size() == 1 && prefixes_.begin()->first == 0);
    return !exact_.empty() || !patterns_.empty() || !only_every_type;
}

void subscriptions::find(std::string_view type, std::vector<slot>& wanting) const {
    const auto first = static_cast<std::ptrdiff_t>(wanting.size());
    std::size_t groups = 0;
    const auto take = [&](const std::vector<slot>& some) {
        wanting.insert(wanting.end(), some.begin(), some.end());
        ++groups;
    };
    if (const auto found = exact_.find(type); found != exact_.end()) take(found->second);
    for (const auto& [length, by_text] : prefixes_) {
        if (length > type.size()) break;
        if (const auto found = by_text.find(type.substr(0, length)); found != by_text.end()) take(found->second);
    }
    for (const auto& [pattern, some] : patterns_) {
        if (matches_type(pattern, type)) take(some);
    }
    if (groups < 2) return;
    // An endpoint may have named the type in more than one way.
    std::sort(wanting.begin() + first, wanting.end());
    wanting.erase(std::unique(wanting.begin() + first, wanting.end()), wanting.end());
}

}  // namespace tidings::broadcaster
