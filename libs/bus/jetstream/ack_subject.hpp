// The reply subject of a message that a consumer delivered: its ack goes there, and its tokens describe the delivery.
// bus/connection/consumer_key.hpp shows its two forms.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tidings::bus {

struct ack_subject {
    std::uint64_t delivered = 0;
    std::uint64_t stream_sequence = 0;
    std::uint64_t consumer_sequence = 0;
    std::int64_t stored_ns = 0;
    std::uint64_t pending = 0;
};

// nullopt when it is neither of the two forms.
std::optional<ack_subject> parse_ack_subject(std::string_view reply);

}  // namespace tidings::bus
