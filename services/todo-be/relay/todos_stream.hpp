// The stream that every event goes to: TODOS, on `todos.events` and below, for a week.
#pragma once

#include "bus/jetstream/jetstream.hpp"
#include "runtime/outage.hpp"

namespace tidings::todo_be {

bus::stream_config todos_stream(unsigned replicas);

// Creates the stream, or widens the existing one. True: there is one to publish to; what it refuses, its acks say. When
// `trouble` says so, a failure is logged in the server's own words.
runtime::task<bool> ensure_todos_stream(bus::connection& nats, unsigned replicas, runtime::outage& trouble);

// True only when the server says that the stream does not exist.
runtime::task<bool> todos_stream_gone(bus::connection& nats);

}  // namespace tidings::todo_be
