// The stream that every event goes to: TODOS, on `todos.events` and below, for a week.
#pragma once

#include "bus/jetstream/jetstream.hpp"
#include "runtime/outage.hpp"

namespace tidings::todo_be {

bus::stream_config todos_stream(unsigned replicas);

// Makes it, or widens the one that is there. True: there is one to publish to; what it does not take, its acks will
// tell. Why it cannot be made is logged in the server's own words, when `trouble` says so.
runtime::task<bool> ensure_todos_stream(bus::connection& nats, unsigned replicas, runtime::outage& trouble);

// True only when the server says that there is none.
runtime::task<bool> todos_stream_gone(bus::connection& nats);

}  // namespace tidings::todo_be
