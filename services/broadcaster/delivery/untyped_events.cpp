#include "delivery/untyped_events.hpp"

#include "events/cloud_event.hpp"
#include "observe/log.hpp"

namespace tidings::broadcaster {

namespace {

std::string why_untyped(std::string_view body) {
    const auto attributes = events::parse_attributes(body);
    if (attributes) return "neither a header ce-type nor a member \"type\"";
    return "no header ce-type, and the body is no JSON object that can be read: " + attributes.error().message();
}

}  // namespace

untyped_events::untyped_events(observe::metrics& m)
    : events_(m.counter("broadcaster_events_without_type_total",
                        "Events whose type cannot be read: endpoints that ask for types do not get them.")) {}

void untyped_events::seen(std::string_view stream, std::uint32_t incarnation, std::uint64_t sequence,
                          std::string_view body) {
    auto last = last_.find(stream);
    if (last == last_.end()) last = last_.emplace(std::string(stream), place{incarnation, 0}).first;
    if (last->second.incarnation != incarnation) last->second = {incarnation, 0};
    if (sequence <= last->second.sequence) return;
    last->second.sequence = sequence;
    events_.add();
    const auto why = why_untyped(body);
    if (told_.failed(std::chrono::steady_clock::now(), std::string(stream) + why))
        log::warn("an event has no type: endpoints that ask for types do not get it",
                  {{"stream", stream}, {"sequence", sequence}, {"reason", why}});
}

}  // namespace tidings::broadcaster
