// The envelope of every event: CloudEvents 1.0, structured mode, JSON (application/cloudevents+json).
// https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
#pragma once

#include <boost/json/value.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "ids/timestamp.hpp"

namespace tidings::events {

inline constexpr std::string_view cloudevents_content_type = "application/cloudevents+json";

// What todo-be writes. All views are borrowed for the call. `data` is JSON already.
struct cloud_event {
    std::string_view id;            // unique per source; also Nats-Msg-Id and webhook-id
    std::string_view source;        // URI reference: "/todos"
    std::string_view type;          // "io.tidings.todo.created.v1"
    std::string_view subject;       // the to-do's id
    std::string_view partitionkey;  // the to-do's id: events with the same key keep their order
    std::uint64_t sequence = 0;     // the to-do's version; written zero-padded to 20 digits, so that it sorts as text
    ids::timestamp time;
    std::string_view traceparent;  // W3C Trace Context; empty: left out
    std::string_view data;
};

// One line of JSON without insignificant spaces.
std::string to_json(const cloud_event& e);

// The attributes that a consumer needs of a received event. Missing ones are empty.
struct event_attributes {
    std::string id, source, type, subject, partitionkey, sequence, traceparent;
};
// Fails when `json` is not a JSON object (errc of Boost.JSON) or larger than 1 MiB or deeper than 32.
boost::system::result<event_attributes> parse_attributes(std::string_view json);

}  // namespace tidings::events
