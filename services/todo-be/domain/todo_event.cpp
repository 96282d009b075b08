#include "domain/todo_event.hpp"

#include "events/cloud_event.hpp"

namespace tidings::todo_be {

namespace {

constexpr std::size_t usual_data = 1'024;  // a guess for reserve() only

}  // namespace

std::string_view type_of(change c) {
    switch (c) {
        case change::created:
            return "io.tidings.todo.created.v1";
        case change::updated:
            return "io.tidings.todo.updated.v1";
        case change::completed:
            return "io.tidings.todo.completed.v1";
        case change::reopened:
            return "io.tidings.todo.reopened.v1";
        case change::deleted:
            return "io.tidings.todo.deleted.v1";
        case change::restored:
            return "io.tidings.todo.restored.v1";
    }
    return {};
}

todo_event make_event(change c, const todo& now, const todo* before, const event_format& format,
                      const trace_context& trace) {
    std::string data;
    data.reserve(usual_data);
    data += "{\"todo\":";
    format(data, now);
    if (before != nullptr && c != change::deleted) {
        data += ",\"previous\":";
        format(data, *before);
    }
    data += '}';
    todo_event event{.id = ids::uuid::v7(), .todo_id = now.id, .type = type_of(c), .payload = {}, .owner = now.owner};
    const auto id = event.id.str();
    const auto todo_id = now.id.str();
    const auto traceparent = trace.header();
    event.payload = events::to_json({.id = id,
                                     .source = event_source,
                                     .type = event.type,
                                     .subject = todo_id,
                                     .partitionkey = todo_id,
                                     .sequence = static_cast<std::uint64_t>(now.version),
                                     .time = now.updated_at,
                                     .traceparent = traceparent,
                                     .data = data});
    return event;
}

std::string_view traceparent_of(std::string_view payload) {
    // Inside a JSON string every quote is escaped, so that this can only be the attribute itself.
    constexpr std::string_view name = "\"traceparent\":\"";
    const auto at = payload.find(name);
    if (at == std::string_view::npos) return {};
    const auto value = payload.substr(at + name.size());
    return value.substr(0, value.find('"'));
}

}  // namespace tidings::todo_be
