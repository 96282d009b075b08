#include "relay/event_headers.hpp"

#include "events/cloud_event.hpp"
#include "events/subjects.hpp"

namespace tidings::todo_be {

namespace {

enum header : std::size_t { message_id, content_type, type, partitionkey, traceparent };

}  // namespace

event_headers::event_headers()
    : headers_{{"Nats-Msg-Id", ""},
               {std::string(events::content_type_header), std::string(events::cloudevents_content_type)},
               {std::string(events::type_header), ""},
               {std::string(events::partitionkey_header), ""},
               {std::string(events::traceparent_header), ""}} {}

const bus::headers& event_headers::of(const outbox_event& e) {
    auto& id = headers_[message_id].second;
    id.clear();
    e.id.append_to(id);
    headers_[type].second = e.type;
    auto& key = headers_[partitionkey].second;
    key.clear();
    e.todo_id.append_to(key);
    headers_[traceparent].second = traceparent_of(e.payload);
    return headers_;
}

}  // namespace tidings::todo_be
