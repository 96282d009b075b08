// The reply subject of a message that a consumer delivered: where its ack goes, and what it tells. Two forms are in
// use:
//   $JS.ACK.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>
//   $JS.ACK.<domain>.<account>.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>[.<random>]
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

// "<stream>.<consumer>." of either form, or of the bare prefix "$JS.ACK.<stream>.<consumer>."; empty when it is none.
std::string_view consumer_key(std::string_view reply);

}  // namespace tidings::bus
