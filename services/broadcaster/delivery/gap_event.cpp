#include "delivery/gap_event.hpp"

#include <boost/json.hpp>

#include "events/cloud_event.hpp"
#include "events/subjects.hpp"
#include "ids/timestamp.hpp"

namespace tidings::broadcaster {

namespace json = boost::json;

std::string gap_id(const stream_gap& g) {
    return "gap-" + g.stream + '-' + std::to_string(g.incarnation) + '-' + std::to_string(g.first) + '-' +
           std::to_string(g.next - 1);
}

event_ptr make_gap_event(share_links& l, const stream_gap& g) {
    const auto now = std::chrono::system_clock::now();
    const auto id = gap_id(g);
    const auto body = json::serialize(json::object{
        {"specversion", "1.0"},
        {"id", id},
        {"source", "/streams/" + g.stream},
        {"type", gap_type},
        {"time", ids::format(ids::now())},
        {"datacontenttype", "application/json"},
        {"data",
         json::object{{"stream", g.stream}, {"first", g.first}, {"last", g.next - 1}, {"count", g.next - g.first}}}});
    const bus::headers h{{"Nats-Msg-Id", id},
                         {std::string(events::type_header), std::string(gap_type)},
                         {std::string(events::content_type_header), std::string(events::cloudevents_content_type)}};
    const auto stored = std::chrono::duration_cast<std::chrono::nanoseconds>(now.time_since_epoch()).count();
    auto e = make_event(bus::make_message("io.tidings.endpoint.gap", "", h, body), g.stream,
                        {g.incarnation, g.next - 1}, stored);
    e->gone_from = g.first;
    e->held = l.line.in_hand.hold(body.size() + hands::bytes_per_event);
    return e;
}

}  // namespace tidings::broadcaster
