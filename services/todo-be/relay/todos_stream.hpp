// The stream that every event goes to: TODOS, on `todos.events` and below, for a week.
#pragma once

#include "bus/jetstream.hpp"

namespace tidings::todo_be {

bus::stream_config todos_stream(unsigned replicas);

}  // namespace tidings::todo_be
