#include "config.hpp"

#include "bus/connection/connection.hpp"
#include "http/client/tls.hpp"
#include "pg/conninfo.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 10min;
constexpr auto longest_retention = std::chrono::hours(24 * 3650);

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
    in.duration({"migrate_timeout", "MIGRATE_TIMEOUT", "how long --migrate-only waits for a database that is away"},
                s.migrate_timeout, 0ms, longest_wait);
    in.number({"write_queue_limit", "WRITE_QUEUE_LIMIT", "writes that may wait, then 503"}, s.write_queue_limit, 1,
              1'000'000);
}

void read_bus(config::reader& in, settings& s) {
    in.text({"nats_url", "NATS_URL", "one or more URLs of NATS, comma-separated"}, s.nats_url);
    try {
        bus::public_urls(s.nats_url);
    } catch (const std::invalid_argument& e) {
        in.problem("nats_url", e.what());
    }
    in.file({"nats_credentials", "NATS_CREDENTIALS", "path of a .creds file"}, s.nats_credentials);
    if (in.file({"nats_ca_file", "NATS_CA_FILE", "authorities for tls://, PEM; empty: the system's"}, s.nats_ca_file))
        in.problem("nats_ca_file", http::ca_file_problem(s.nats_ca_file));
    in.number({"stream_replicas", "STREAM_REPLICAS", "replicas of the stream TODOS when it is created"},
              s.stream_replicas, 1, 5);
}

void read_api(config::reader& in, settings& s) {
    in.address({"listen_address", "LISTEN_ADDRESS", "address of the HTTP API; :: is IPv4 as well"}, s.listen_address);
    in.number({"port", "PORT", "port of the HTTP API; 0 picks one"}, s.port, 0, 65535);
    in.address({"metrics_address", "METRICS_ADDRESS", "address of the Prometheus metrics"}, s.metrics_address);
    in.number({"metrics_port", "METRICS_PORT", "port of the Prometheus metrics; 0 picks one"}, s.metrics_port, 0,
              65535);
    in.apart("metrics_port", s.metrics_address, s.metrics_port, s.listen_address, s.port);
    in.choice({"log_level", "LOG_LEVEL", "debug, info, warn or error"}, s.log_level,
              {"debug", "info", "warn", "error"});
    in.choice({"log_format", "LOG_FORMAT", "json or text"}, s.log_format, {"json", "text"});
    in.token({"api_token", "API_TOKEN", "bearer token that /api asks for; empty: open"}, s.api_token);
    in.hosts({"allowed_hosts", "ALLOWED_HOSTS", "hosts served beside IPs and undotted names; *: any"}, s.allowed_hosts);
    in.base_path({"api_base_path", "API_BASE_PATH", "path that precedes /api, such as /project"}, s.api_base_path);
    in.duration({"shutdown_timeout", "SHUTDOWN_TIMEOUT", "for requests in flight when asked to stop"},
                s.shutdown_timeout, 0ms, longest_wait);
}

void read_retention(config::reader& in, settings& s) {
    in.duration({"event_retention", "EVENT_RETENTION", "how long published events are kept"}, s.event_retention, 1s,
                longest_retention);
    in.duration({"idempotency_retention", "IDEMPOTENCY_RETENTION", "how long an Idempotency-Key is remembered"},
                s.idempotency_retention, 1s, longest_retention);
}

void check_database(config::reader& in, const settings& s) {
    in.problem(s.database_url.empty() ? "postgres_host" : "database_url", pg::conninfo_problem(conninfo_of(s)));
}

// A value of libpq's key=value form (its documentation, 34.1.1.1).
void append_value(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += "='";
    for (const char c : value) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    out += "' ";
}

}  // namespace

settings read_settings(config::reader& in) {
    settings s;
    read_api(in, s);
    read_database(in, s);
    read_bus(in, s);
    read_retention(in, s);
    check_database(in, s);
    return s;
}

std::string conninfo_of(const settings& s) {
    if (!s.database_url.empty()) return s.database_url;
    std::string info;
    append_value(info, "host", s.postgres_host);
    append_value(info, "port", std::to_string(s.postgres_port));
    append_value(info, "dbname", s.postgres_db);
    append_value(info, "user", s.postgres_user);
    if (!s.postgres_password.empty()) append_value(info, "password", s.postgres_password);
    return info;
}

}  // namespace tidings::todo_be
