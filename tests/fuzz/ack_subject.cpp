// The reply subject of a message from JetStream.
#include "bus/jetstream/ack_subject.hpp"

#include "bus/connection/consumer_key.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto parsed = bus::parse_ack_subject(bytes);
    const auto key = bus::consumer_key(bytes);
    require(!parsed || !key.empty(), "who acks knows the consumer");
    require(key.empty() || bytes.find(key) != std::string_view::npos, "the key is part of the subject");
}

}  // namespace tidings::fuzz
