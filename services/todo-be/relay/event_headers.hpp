// The headers under which an event is published (the contract is in docs/life-of-an-event.md).
#pragma once

#include "bus/connection/connection.hpp"
#include "domain/todo_event.hpp"

namespace tidings::todo_be {

class event_headers {
  public:
    event_headers();

    // Valid until the next call: the strings are used again and keep their memory.
    const bus::headers& of(const outbox_event& e);

  private:
    bus::headers headers_;
};

}  // namespace tidings::todo_be
