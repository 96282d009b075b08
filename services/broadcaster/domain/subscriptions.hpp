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

#include "text/text_hash.hpp"

namespace tidings::broadcaster {

class subscriptions {
  public:
    using slot = std::size_t;  // the caller's number of an endpoint

    // `types` as in endpoint::event_types; none: every event. The slot must be new.
    void add(slot endpoint, std::span<const std::string> types);
    void remove(slot endpoint, std::span<const std::string> types);

    // Whether some want events of named types only.
    bool by_type() const;

    // Appends those that want an event of `type`, each once, in no order. A type costs a look for itself, one for each
    // length of the prefixes, and one for each pattern with a "*" elsewhere, however many endpoints have it.
    void find(std::string_view type, std::vector<slot>& wanting) const;

  private:
    using slots_by_text = std::unordered_map<std::string, std::vector<slot>, text::text_hash, std::equal_to<>>;

    std::vector<slot>& place_of(const std::string& type);
    void forget_if_empty(const std::string& type);

    slots_by_text exact_;
    std::map<std::size_t, slots_by_text> prefixes_;  // by their length; "" is every event
    slots_by_text patterns_;
};

}  // namespace tidings::broadcaster
