// The reply to a publish to a stream.
#include "bus/jetstream/publish_reply.hpp"

#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    std::string detail;
    const auto ack = bus::parse_publish_reply(bytes, detail);
    require(!ack.failure || !detail.empty(), "a refusal says why");
    require(!ack.failure || ack.sequence == 0, "what was refused has no sequence");
}

}  // namespace tidings::fuzz
