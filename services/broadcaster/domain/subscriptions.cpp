#include "domain/subscriptions.hpp"

#include <algorithm>

namespace tidings::broadcaster {

namespace {

const std::string every_type = "*";

bool is_prefix(std::string_view type) { return type.ends_with('*'); }

template <class Use>
void for_each_type(std::span<const std::string> types, Use use) {
    if (types.empty()) use(every_type);
    for (const auto& t : types)
        use(t);
}

}  // namespace

std::vector<subscriptions::slot>& subscriptions::place_of(const std::string& type) {
    if (!is_prefix(type)) return exact_[type];
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
    if (!is_prefix(type)) {
        exact_.erase(type);
        return;
    }
    const auto length = type.size() - 1;
    const auto group = prefixes_.find(length);
    group->second.erase(type.substr(0, length));
    if (group->second.empty()) prefixes_.erase(group);
}

void subscriptions::find(std::string_view type, std::vector<slot>& wanting) const {
    const auto first = static_cast<std::ptrdiff_t>(wanting.size());
    std::size_t groups = 0;
    const auto take = [&](const slots_by_text& by_text, std::string_view text) {
        const auto found = by_text.find(text);
        if (found == by_text.end()) return;
        wanting.insert(wanting.end(), found->second.begin(), found->second.end());
        ++groups;
    };
    take(exact_, type);
    for (const auto& [length, by_text] : prefixes_) {
        if (length > type.size()) break;
        take(by_text, type.substr(0, length));
    }
    if (groups < 2) return;
    // An endpoint may have named the type in more than one way.
    std::sort(wanting.begin() + first, wanting.end());
    wanting.erase(std::unique(wanting.begin() + first, wanting.end()), wanting.end());
}

}  // namespace tidings::broadcaster
