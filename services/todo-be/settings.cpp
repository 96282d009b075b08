#include "settings.hpp"

#include "database.hpp"
#include "http/client/tls.hpp"
#include "pg/conninfo.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto longest_wait = 10min;
constexpr auto longest_retention = std::chrono::hours(24 * 3650);

constexpr std::size_t shortest_secret = 16;

void read_database(config::reader& in, settings& s) {
    in.secret({"database_url", "DATABASE_URL", "libpq URL of the database; wins over postgres_*"}, s.database_url);
    in.secret({"database_pooler_url", "DATABASE_POOLER_URL",
               "the same database through a pooler of transactions, for requests"},
              s.database_pooler_url);
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

void read_cache(config::reader& in, settings& s) {
    in.number({"cache_memory", "CACHE_MEMORY", "bytes of answers to reads that are kept in memory; 0: none"},
              s.cache_memory, 0, std::uint64_t{1} << 30U);
    std::string url, password;
    in.secret({"cache_url", "CACHE_URL",
               "cache that replicas share, of the Redis protocol: redis://HOST:6379, rediss:// for TLS"},
              url);
    in.secret({"cache_password", "CACHE_PASSWORD", "password of that cache, if its URL has none"}, password);
    in.text({"cache_ca_file", "CACHE_CA_FILE", "authorities of its certificate, in PEM"}, s.cache_ca_file);
    if (!s.cache_ca_file.empty()) in.problem("cache_ca_file", http::ca_file_problem(s.cache_ca_file));
    if (url.empty()) return;
    auto parsed = redis::parse_url(url);
    if (!parsed) return in.problem("cache_url", parsed.error());
    s.cache = std::move(*parsed);
    if (s.cache.password.empty()) s.cache.password = std::move(password);
    if (s.cache_memory == 0 && s.rate_limit == 0)
        in.problem("cache_url", "is of no use with CACHE_MEMORY=0 and without RATE_LIMIT");
}

void read_feed(config::reader& in, settings& s) {
    in.duration({"stream_keep_alive", "STREAM_KEEP_ALIVE", "how long a stream of the change feed is silent"},
                s.stream_keep_alive, 100ms, longest_wait);
    in.number({"stream_buffer", "STREAM_BUFFER", "bytes that may wait for one stream, then it is cut off"},
              s.stream_buffer, 64 * 1024, 64 << 20);
    in.number({"stream_limit", "STREAM_LIMIT", "streams of the change feed; for more 503"}, s.stream_limit, 1, 100'000);
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
    if (!s.database_pooler_url.empty()) in.problem("database_pooler_url", pg::conninfo_problem(s.database_pooler_url));
    in.problem(s.database_url.empty() ? "postgres_host" : "database_url", pg::conninfo_problem(conninfo_of(s)));
}

}  // namespace

void read_cors(config::reader& in, http::cors_options& s) {
    in.list({"cors_origins", "CORS_ORIGINS",
             "origins whose pages may use the API, such as https://app.example.com; *: any"},
            s.origins);
    for (const auto& origin : s.origins)
        if (origin != "*" && !http::is_origin(origin))
            in.problem("cors_origins", "'" + origin +
                                           "' is not an origin; write scheme, host and port as browsers do: "
                                           "https://app.example.com, http://localhost:5173");
    in.duration({"cors_max_age", "CORS_MAX_AGE", "how long browsers remember which requests are allowed"}, s.max_age,
                0s, 24h);
}

void read_rate(config::reader& in, settings& s) {
    in.number(
        {"rate_limit", "RATE_LIMIT",
         "requests of one user or address within RATE_LIMIT_WINDOW: with CACHE_URL at all replicas together, else "
         "at each; 0: any number"},
        s.rate_limit, 0, 1'000'000);
    in.duration({"rate_limit_window", "RATE_LIMIT_WINDOW", "in which a user or an address has RATE_LIMIT requests"},
                s.rate_limit_window, 1s, 24h);
    std::vector<std::string> proxies;
    in.list({"trusted_proxies", "TRUSTED_PROXIES",
             "addresses or networks whose X-Forwarded-For is believed, such as 10.0.0.0/8"},
            proxies);
    for (const auto& text : proxies) {
        if (const auto n = http::parse_network(text)) {
            s.trusted_proxies.push_back(*n);
        } else {
            in.problem("trusted_proxies", "'" + text + "' is neither an IP address nor a network such as 10.0.0.0/8");
        }
    }
}

settings read_settings(config::reader& in) {
    settings s;
    service::read(in, s.api, s.metrics);
    service::read(in, s.log);
    read_database(in, s);
    service::read(in, s.nats);
    in.flag({"identity", "IDENTITY", "on: users with tokens of their own, each with their own to-dos; off: one user"},
            s.identity);
    in.flag({"require_if_match", "REQUIRE_IF_MATCH", "a change without If-Match is refused with 428"},
            s.require_if_match);
    in.flag(
        {"compat", "COMPAT",
         "also answer as Todo-Backend, at /api/compat/todo-backend, to pages of any origin; and as the course DevOps "
         "with Kubernetes, at /todos"},
        s.compat);
    read_cors(in, s.cors);
    read_rate(in, s);
    read(in, s.oidc);
    if (!s.identity && !s.oidc.issuer.empty()) in.problem("oidc_issuer", "is of no use without IDENTITY=on");
    in.secret({"calendar_secret", "CALENDAR_SECRET", "whoever knows it may read /api/todos.ics?secret="},
              s.calendar_secret);
    if (!s.calendar_secret.empty() && s.calendar_secret.size() < shortest_secret)
        in.problem("calendar_secret", "must have at least 16 characters");
    in.number({"import_body_limit", "IMPORT_BODY_LIMIT", "bytes of a file to import, then 413"}, s.import_body_limit, 1,
              std::uint64_t{1} << 40U);
    read_stream(in, s);
    read_cache(in, s);
    read_feed(in, s);
    read_times(in, s);
    check_database(in, s);
    return s;
}

}  // namespace tidings::todo_be
