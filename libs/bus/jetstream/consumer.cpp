#include "bus/jetstream/consumer.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "bus/jetstream/json_fields.hpp"

namespace tidings::bus {

namespace json = boost::json;

namespace {

std::int64_t nanoseconds(std::chrono::nanoseconds d) { return d.count(); }

std::string_view deliver_policy(start_at from) {
    switch (from) {
        case start_at::all:
            return "all";
        case start_at::sequence:
            return "by_start_sequence";
        case start_at::time:
            return "by_start_time";
    }
    return "all";
}

start_at read_start(std::string_view policy) {
    if (policy == "by_start_sequence") return start_at::sequence;
    return policy == "by_start_time" ? start_at::time : start_at::all;
}

consumer_config read_consumer_config(const json::object& config, const std::string& stream) {
    consumer_config c;
    c.stream = stream;
    c.durable = text_of(config, "durable_name");
    c.ack_wait = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::nanoseconds(number_of<std::int64_t>(config, "ack_wait")));
    // The server has -1 for unlimited.
    c.max_ack_pending = static_cast<std::uint64_t>(number_of<std::int64_t>(config, "max_ack_pending"));
    c.from = read_start(text_of(config, "deliver_policy"));
    c.start_sequence = number_of<std::uint64_t>(config, "opt_start_seq");
    c.start_time = text_of(config, "opt_start_time");
    c.filter_subject = text_of(config, "filter_subject");
    c.description = text_of(config, "description");
    return c;
}

}  // namespace

json::object consumer_json(const consumer_config& c) {
    json::object o{{"durable_name", c.durable}, {"deliver_policy", deliver_policy(c.from)},
                   {"ack_policy", "explicit"},  {"ack_wait", nanoseconds(c.ack_wait)},
                   {"max_deliver", -1},         {"max_ack_pending", c.max_ack_pending},
                   {"replay_policy", "instant"}};
    if (c.from == start_at::sequence) o["opt_start_seq"] = c.start_sequence;
    if (c.from == start_at::time) o["opt_start_time"] = c.start_time;
    if (!c.filter_subject.empty()) o["filter_subject"] = c.filter_subject;
    if (!c.description.empty()) o["description"] = c.description;
    return o;
}

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

std::optional<json::object> consumer_update(const json::object& existing, const consumer_config& wanted) {
    const auto has = read_consumer_config(existing, wanted.stream);
    if (has.ack_wait == wanted.ack_wait && has.max_ack_pending == wanted.max_ack_pending &&
        has.description == wanted.description) {
        return std::nullopt;
    }
    json::object config = existing;
    config["ack_wait"] = nanoseconds(wanted.ack_wait);
    config["max_ack_pending"] = wanted.max_ack_pending;
    config["description"] = wanted.description;
    return config;
}

consumer_info read_consumer_info(const json::object& reply) {
    consumer_info info;
    info.pending = number_of<std::uint64_t>(reply, "num_pending");
    info.ack_pending = number_of<std::uint64_t>(reply, "num_ack_pending");
    info.waiting_pulls = number_of<std::uint64_t>(reply, "num_waiting");
    info.ack_floor_stream_seq = number_of<std::uint64_t>(part(reply, "ack_floor"), "stream_seq");
    info.config = read_consumer_config(part(reply, "config"), text_of(reply, "stream_name"));
    return info;
}

}  // namespace tidings::bus
