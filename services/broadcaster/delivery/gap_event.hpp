// What an endpoint is told when events of its stream were deleted or expired before it could take them: a CloudEvent of
// type io.tidings.endpoint.gap.v1 in their place, delivered like any other.
#pragma once

#include <cstdint>
#include <string>

#include "delivery/event.hpp"
#include "delivery/share_links.hpp"

namespace tidings::broadcaster {

inline constexpr std::string_view gap_type = "io.tidings.endpoint.gap.v1";

struct stream_gap {
    std::string stream;
    std::uint32_t incarnation = 0;
    std::uint64_t first = 0, next = 0;  // messages first .. next-1; not empty
};

std::string gap_id(const stream_gap& g);

// It has the sequence of the last that is missing. Its data: {"stream", "first", "last", "count"}.
event_ptr make_gap_event(share_links& l, const stream_gap& g);

}  // namespace tidings::broadcaster
