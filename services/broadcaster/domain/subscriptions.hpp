// Which endpoints want an event, found by its type: an event costs the endpoints that want it, not those that exist.
// Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tidings::broadcaster {

class subscriptions {
  public:
    using slot = std::size_t;  // the caller's number of an endpoint

    // `types` as in endpoint::event_types: exact, or ending in '*'; none: every event. The slot must be new.
    void add(slot endpoint, std::span<const std::string> types);
    void remove(slot endpoint, std::span<const std::string> types);

    // Appends those that want an event of `type`, each once, in no order.
    void find(std::string_view type, std::vector<slot>& wanting) const;

  private:
    struct text_hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view t) const { return std::hash<std::string_view>{}(t); }
    };
    using slots_by_text = std::unordered_map<std::string, std::vector<slot>, text_hash, std::equal_to<>>;

    std::vector<slot>& place_of(const std::string& type);
    void forget_if_empty(const std::string& type);

    slots_by_text exact_;
    std::map<std::size_t, slots_by_text> prefixes_;  // by their length; "" is every event
};

}  // namespace tidings::broadcaster
