// The streams in which the broadcaster keeps its own things. They are no source of events: what is delivered would be
// others' URLs and letters, or each attempt would make the next.
#pragma once

#include <string_view>

#include "events/subjects.hpp"

namespace tidings::broadcaster {

// A bucket's stream has the name that JetStream gives it.
constexpr bool is_own_stream(std::string_view name) {
    constexpr std::string_view of_bucket = "KV_";
    if (name == events::attempts_stream || name == events::dead_letters_stream || name == events::retries_stream)
        return true;
    if (!name.starts_with(of_bucket)) return false;
    name.remove_prefix(of_bucket.size());
    return name == events::endpoints_bucket || name == events::positions_bucket;
}

}  // namespace tidings::broadcaster
