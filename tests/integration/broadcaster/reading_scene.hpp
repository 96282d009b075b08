// How much is read of the stream, and by whom.
#pragma once

#include <boost/json.hpp>

#include "endpoints_scene.hpp"
#include "events/subjects.hpp"
#include "suite.hpp"

namespace tidings::support {

inline void publish(bus_client& bus, const std::string& type, const std::string& id) {
    bus.publish_raw("todos.events", event_json(id, 1),
                    {{"Nats-Msg-Id", id}, {std::string(tidings::events::type_header), type}});
}

inline std::string named(const std::string& what, int n) { return what + std::to_string(n); }

inline std::uint64_t messages_sent_by(const nats_server& nats) {
    const auto varz = http_call("GET", "http://127.0.0.1:" + std::to_string(nats.monitor_port()) + "/varz").body;
    return boost::json::parse(varz).at("out_msgs").to_number<std::uint64_t>();
}

// How many endpoints have, or had, a position of their own.
inline std::size_t had_own_position(bus_client& bus) {
    const auto keys = bus.api("STREAM.INFO.KV_WEBHOOK_POSITIONS", R"({"subjects_filter":"$KV.*.shards.*.own.>"})");
    const auto state = boost::json::parse(keys).at("state").as_object();
    return state.contains("subjects") ? state.at("subjects").as_object().size() : 0;
}

}  // namespace tidings::support
