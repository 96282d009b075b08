// An event of another publisher: CloudEvents in JSON.
#include "events/cloud_event.hpp"

#include "fuzz/fuzz.hpp"
#include "text/utf8.hpp"

namespace tidings::fuzz {

void check(std::string_view bytes) {
    const auto a = events::parse_attributes(bytes);
    if (!a) {
        require(!a.error().message().empty(), "a refusal says why");
        return;
    }
    if (!text::is_utf8(bytes)) return;  // it is not written as it was
    const auto again = events::parse_attributes(events::to_json({.id = a->id,
                                                                 .source = a->source,
                                                                 .type = a->type,
                                                                 .subject = a->subject,
                                                                 .partitionkey = a->partitionkey,
                                                                 .sequence = 1,
                                                                 .time = {},
                                                                 .traceparent = a->traceparent,
                                                                 .data = "{}"}));
    require(again && again->id == a->id && again->source == a->source && again->type == a->type &&
                again->subject == a->subject && again->partitionkey == a->partitionkey &&
                again->traceparent == a->traceparent,
            "what was read can be written and read again");
}

}  // namespace tidings::fuzz
