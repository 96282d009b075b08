#include "settings.hpp"

#include "database.hpp"
#include "pg/conninfo.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 10min;
constexpr auto longest_retention = std::chrono::hours(24 * 3650);

constexpr std::size_t shortest_secret = 16;

void read_database(config::reader& in, settings& s) {
    in.secret({"database_url", "DATABASE_URL", "libpq URL of the database; wins over postgres_*"}, s.database_url);
    in.text({"postgres_host", "POSTGRES_HOST", "host of PostgreSQL"}, s.postgres_host);
    in.number({"postgres_port", "POSTGRES_PORT", "port of PostgreSQL"}, s.postgres_port, 1, 65535);
    in.text({"postgres_db", "POSTGRES_DB", "name of the database"}, s.postgres_db);
    in.text({"postgres_user", "POSTGRES_USER", "user of the database"}, s.postgres_user);
    in.secret({"postgres_password", "POSTGRES_PASSWORD", "password of that user"}, s.postgres_password);
    in.number({"pool_size", "POOL_SIZE", "connections for reads"}, s.pool_size, 1, 100);
    in.duration({"connect_timeout", "CONNECT_TIMEOUT", "deadline of a connect to PostgreSQL"}, s.connect_timeout, 10ms,
                longest_wait);
    in.duration({"query_timeout", "QUERY_TIMEOUT", "deadline of a statement"}, s.query_timeout, 10ms, longest_wait);
    in.duration({"acquire_timeout", "ACQUIRE_TIMEOUT", "wait for a free connection, then 503"}, s.acquire_timeout, 10ms,
                longest_wait);
    in.duration({"migrate_timeout", "MIGRATE_TIMEOUT", "how long --migrate-only waits for an unreachable database"},
                s.migrate_timeout, 0ms, longest_wait);
    in.number({"write_queue_limit", "WRITE_QUEUE_LIMIT", "writes that may wait, then 503"}, s.write_queue_limit, 1,
              1'000'000);
}

void read_stream(config::reader& in, settings& s) {
    in.number({"stream_replicas", "STREAM_REPLICAS", "replicas of the stream TODOS when it is created"},
              s.stream_replicas, 1, 5);
}

void read_times(config::reader& in, settings& s) {
    in.duration({"shutdown_timeout", "SHUTDOWN_TIMEOUT", "for requests in flight at shutdown"}, s.shutdown_timeout, 0ms,
                longest_wait);
    in.duration({"event_retention", "EVENT_RETENTION", "how long published events are kept"}, s.event_retention, 1s,
                longest_retention);
    in.duration({"idempotency_retention", "IDEMPOTENCY_RETENTION", "how long an Idempotency-Key is remembered"},
                s.idempotency_retention, 1s, longest_retention);
    in.duration({"deleted_retention", "DELETED_RETENTION", "how long a deleted to-do can be restored"},
                s.deleted_retention, 1s, longest_retention);
}

void check_database(config::reader& in, const settings& s) {
    in.problem(s.database_url.empty() ? "postgres_host" : "database_url", pg::conninfo_problem(conninfo_of(s)));
}

}  // namespace

settings read_settings(config::reader& in) {
    settings s;
    service::read(in, s.api, s.metrics);
    service::read(in, s.log);
    read_database(in, s);
    service::read(in, s.nats);
    in.flag({"require_if_match", "REQUIRE_IF_MATCH", "a change without If-Match is refused with 428"},
            s.require_if_match);
    in.secret({"calendar_secret", "CALENDAR_SECRET", "whoever knows it may read /api/todos.ics?secret="},
              s.calendar_secret);
    if (!s.calendar_secret.empty() && s.calendar_secret.size() < shortest_secret)
        in.problem("calendar_secret", "must have at least 16 characters");
    in.number({"import_body_limit", "IMPORT_BODY_LIMIT", "bytes of a file to import, then 413"}, s.import_body_limit, 1,
              std::uint64_t{1} << 40U);
    read_stream(in, s);
    read_times(in, s);
    check_database(in, s);
    return s;
}

}  // namespace tidings::todo_be
