// The event of one change: stored, published and signed as the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "context/trace_context.hpp"
#include "domain/todo_patch.hpp"

namespace tidings::todo_be {

inline constexpr std::string_view event_source = "/todos";
std::string_view type_of(change c);  // "io.tidings.todo.created.v1"

struct todo_event {
    ids::uuid id;
    ids::uuid todo_id;
    std::string_view type;         // a literal of type_of()
    std::string payload;           // CloudEvents 1.0, structured JSON
    user_id owner = default_user;  // who may read it
};

// Appends a to-do as the API shows it, URL included: an event's data has the same bytes.
using event_format = std::function<void(std::string& out, const todo& t)>;

// `before`: null for what has no previous version to compare with (created, restored), and ignored for a removal, whose
// last state is its to-do.
todo_event make_event(change c, const todo& now, const todo* before, const event_format& format,
                      const trace_context& trace);

// A committed write.
struct written_todo {
    todo state;                         // after it; of a removal the last one
    std::optional<ids::uuid> event_id;  // nothing when nothing changed
    std::size_t subtasks = 0;           // that were removed with it
};

// A committed event that waits in the outbox.
struct outbox_event {
    std::int64_t seq = 0;  // events of one to-do ascend
    ids::uuid id;
    ids::uuid todo_id;
    std::string type;
    std::string payload;
};

// The traceparent attribute of a payload made by make_event; empty when it has none.
std::string_view traceparent_of(std::string_view payload);

}  // namespace tidings::todo_be
