// Replies on $JS.API from any server: any JSON, or none.
#include <boost/json/object.hpp>

#include "bus/jetstream/consumer.hpp"
#include "bus/jetstream/jetstream_api.hpp"
#include "bus/jetstream/json_fields.hpp"
#include "bus/jetstream/stored_message.hpp"
#include "bus/jetstream/stream.hpp"
#include "fuzz/fuzz.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    std::string detail;
    const auto reply = bus::parse_api_reply(bytes, detail);
    require(reply || !detail.empty(), "a refusal says why");
    if (!reply) return;
    bus::read_stream_info(*reply);
    bus::read_consumer_info(*reply);
    const auto message = bus::read_stored_message(bus::part(*reply, "message"));
    if (message) require(message->payload.size() <= bytes.size(), "a payload is no larger than its base64");

    const bus::stream_config stream{.name = "S", .subjects = {"a.>"}, .max_age = std::chrono::hours(1)};
    if (const auto update = bus::stream_update(bus::part(*reply, "config"), stream))
        require(!bus::stream_update(*update, stream), "a stream that was widened needs no widening");
}

}  // namespace tidings::fuzz
