#include "outbox/event_log.hpp"

namespace tidings::todo_be {

std::string log_events(std::string_view rows) {
    return "logged as (\n  insert into events (id, todo_id, type, payload)\n  " + std::string(rows) +
           "\n  returning seq, todo_id\n), queued as (\n  insert into outbox (seq) select seq from logged\n)";
}

std::string state_of_log() {
    return R"sql(
select concat_ws('-', pg_sequence_last_value(pg_get_serial_sequence('events', 'seq')::regclass),
                 max(seq), count(*))
from events where seq > (select max(seq) from events) - 10000)sql";
}

}  // namespace tidings::todo_be
