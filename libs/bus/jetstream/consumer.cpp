#include "bus/jetstream/consumer.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "bus/jetstream/json_fields.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

std::int64_t nanoseconds(std::chrono::nanoseconds d) { return d.count(); }

}  // namespace

json::object reader_json(const reader_config& c) {
    json::object o{{"ack_policy", "none"},       {"max_deliver", 1},
                   {"replay_policy", "instant"}, {"inactive_threshold", nanoseconds(c.unused_for)},
                   {"num_replicas", 1},          {"mem_storage", true}};
    if (!c.name.empty()) o["name"] = c.name;
    if (c.start_time.empty()) {
        o["deliver_policy"] = "by_start_sequence";
        o["opt_start_seq"] = std::max<std::uint64_t>(c.start_sequence, 1);
    } else {
        o["deliver_policy"] = "by_start_time";
        o["opt_start_time"] = c.start_time;
    }
    return o;
}

consumer_info read_consumer_info(const json::object& reply) {
    consumer_info info;
    info.pending = number_of<std::uint64_t>(reply, "num_pending");
    info.ack_pending = number_of<std::uint64_t>(reply, "num_ack_pending");
    info.waiting_pulls = number_of<std::uint64_t>(reply, "num_waiting");
    info.ack_floor_stream_seq = number_of<std::uint64_t>(part(reply, "ack_floor"), "stream_seq");
    const auto& config = part(reply, "config");
    info.start_sequence = number_of<std::uint64_t>(config, "opt_start_seq");
    info.start_time = text_of(config, "opt_start_time");
    return info;
}

}  // namespace tidings::bus
