#include "domain/token_event.hpp"

#include "events/cloud_event.hpp"
#include "text/json_string.hpp"

namespace tidings::todo_be {

namespace {

void append_time(std::string& out, const std::optional<ids::timestamp>& t) {
    if (!t) {
        out += "null";
        return;
    }
    out += '"';
    ids::append_to(out, *t);
    out += '"';
}

}  // namespace

void append_json(std::string& out, const access_token& t) {
    out += R"({"id":")" + t.id.str() + R"(","name":)";
    text::append_json_string(out, t.terms.name);
    out += ",\"scopes\":[";
    bool first = true;
    for (std::size_t i = 0; i < scope_names.size(); ++i) {
        if (!t.terms.scopes.has(static_cast<scope>(i))) continue;
        if (!std::exchange(first, false)) out += ',';
        text::append_json_string(out, scope_names.at(i));
    }
    out += "],\"created_at\":";
    append_time(out, t.created_at);
    append_time(out += ",\"expires_at\":", t.terms.expires_at);
    append_time(out += ",\"last_used_at\":", t.last_used_at);
    out += '}';
}

todo_event make_event(token_act act, const access_token& t, user_id owner, const trace_context& trace) {
    std::string data = "{\"token\":";
    append_json(data, t);
    data += '}';
    const bool made = act == token_act::created;
    todo_event event{.id = ids::uuid::v7(),
                     .todo_id = t.id,
                     .type = made ? "io.tidings.token.created.v1" : "io.tidings.token.revoked.v1",
                     .payload = {},
                     .owner = owner};
    const auto id = event.id.str(), subject = t.id.str(), traceparent = trace.header();
    event.payload = events::to_json({.id = id,
                                     .source = "/tokens",
                                     .type = event.type,
                                     .subject = subject,
                                     .partitionkey = subject,
                                     .sequence = made ? 1U : 2U,
                                     .time = made ? t.created_at : ids::now(),
                                     .traceparent = traceparent,
                                     .data = data});
    return event;
}

}  // namespace tidings::todo_be
