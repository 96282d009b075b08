#include "outbox/event_log.hpp"

namespace tidings::todo_be {

std::string log_events(std::string_view rows) {
    return "logged as (\n  insert into events (id, todo_id, type, payload, owner)\n  " + std::string(rows) +
           "\n  returning seq, todo_id\n), queued as (\n  insert into outbox (seq) select seq from logged\n)";
}

std::string state_of_log() {
    return R"sql(
select concat_ws('-', pg_sequence_last_value(pg_get_serial_sequence('events', 'seq')::regclass),
                 max(seq), count(*), sum(seq))
from events where seq > (select max(seq) from events) - 10000)sql";
}

// Without events, those that were and are over their retention count by the number that was drawn last.
std::string state_of_log_of_one() {
    return R"sql(
select concat_ws('-', coalesce(max(seq), pg_sequence_last_value(pg_get_serial_sequence('events', 'seq')::regclass)), count(*), sum(seq))
from (select seq from events where owner = $1::bigint and owner <> 1 order by seq desc limit 1000) mine)sql";
}

}  // namespace tidings::todo_be
