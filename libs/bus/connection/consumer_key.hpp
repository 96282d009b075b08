// The consumer that a message was delivered by, read from the message's reply subject, which has one of two forms:
//   $JS.ACK.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>
//   $JS.ACK.<domain>.<account>.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>[.<random>]
//
// It is here and not in jetstream/ because delivered messages keep the subject under which they were stored: among all
// messages of a connection's inbox only this identifies their consumer.
#pragma once

#include <string_view>

namespace tidings::bus {

inline constexpr std::string_view ack_prefix = "$JS.ACK.";

// "<stream>.<consumer>"; empty when `reply` has neither form.
std::string_view consumer_key(std::string_view reply);

}  // namespace tidings::bus
