#include "outbox/event_log.hpp"

namespace tidings::todo_be {

std::string log_events(std::string_view rows) {
    return "logged as (\n  insert into events (id, todo_id, type, payload)\n  " + std::string(rows) +
           "\n  returning seq, todo_id\n), queued as (\n  insert into outbox (seq) select seq from logged\n)";
}

}  // namespace tidings::todo_be
