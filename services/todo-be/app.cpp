#include "app.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "observe/log.hpp"
#include "outbox/backlog.hpp"
#include "outbox/retention.hpp"
#include "pg/conninfo.hpp"
#include "pg/pooler.hpp"
#include "runtime/backoff.hpp"
#include "runtime/outage.hpp"
#include "runtime/stop_signal.hpp"
#include "store/schema/schema.hpp"
#include "store/write/key_retention.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr auto relay_stop_limit = 3s;
constexpr auto task_stop_limit = 2s;

pg::connect_options connect_options_of(const settings& s) {
    pg::connect_options options;
    options.conninfo = conninfo_of(s);
    options.application_name = "todo-be";
    options.connect_timeout = s.connect_timeout;
    options.query_timeout = s.query_timeout;
    options.settings = {{"timezone", "UTC"}};
    return options;
}

pg::connect_options writing(pg::connect_options options) {
    options.for_writes = true;
    return options;
}

// The server gives up a little before this process does: what nobody waits for must not go on there.
pg::connect_options serving_options_of(const settings& s) {
    auto options = connect_options_of(s);
    // A little more than deadlock_timeout, whose finding says more.
    const auto lock_timeout = std::min(s.query_timeout * 9 / 10, std::chrono::milliseconds(1'500));
    options.settings.emplace_back("statement_timeout", std::to_string((s.query_timeout * 9 / 10).count()));
    options.settings.emplace_back("lock_timeout", std::to_string(lock_timeout.count()));
    options.settings.emplace_back("idle_in_transaction_session_timeout", "10000");
    return options;
}

http::server_options server_options_of(const settings& s) {
    http::server_options options;
    options.address = s.listen_address;
    options.port = s.port;
    options.allowed_hosts = s.allowed_hosts;
    options.check_host = s.api_token.empty() || !s.allowed_hosts.empty();
    options.on_full = [](const std::string& what) { log::warn(what); };
    return options;
}

void log_failure(const http::request& r, const std::exception& e) {
    log::error("a handler failed", {{"request_id", r.context.request_id}, {"path", r.path}, {"error", e.what()}});
}

}  // namespace

runtime::task<> migrate_when_possible(runtime::asio::io_context& ctx, const settings& s,
                                      std::optional<std::chrono::milliseconds> limit) {
    using clock = std::chrono::steady_clock;
    const auto start = clock::now();
    runtime::backoff pause(100ms, 2s);
    runtime::outage away;
    for (;;) {
        try {
            const auto options = writing(connect_options_of(s));
            co_await pg::refuse_shared_sessions(ctx, options);
            co_await migrate(ctx, options);
            co_return;
        } catch (const pg::error& e) {
            if (!e.unavailable()) throw;
            if (limit && (e.refused() || clock::now() - start >= *limit)) throw;
            if (away.failed(clock::now(), e.what()))
                log::warn(e.refused() ? "PostgreSQL refuses; trying on" : "PostgreSQL is not there yet",
                          {{"error", e.what()}});
        }
        co_await runtime::sleep_for(pause.next());
    }
}

app::app(runtime::asio::io_context& ctx, const settings& s)
    : ctx_(ctx),
      settings_(s),
      json_(s.api_base_path + "/api/todos/"),
      metrics_("todo-be"),
      measures_(metrics_),
      store_(ctx, store_options(), [this](commit_notice notice) { committed(std::move(notice)); }),
      upkeep_(ctx, upkeep_options()),
      nats_(ctx, bus_options()),
      relay_(ctx, writing(serving_options_of(s)), nats_, static_cast<unsigned>(s.stream_replicas), report()),
      feed_(ctx, writing(serving_options_of(s)),
            [this](const std::string& payload) { return payload == store_.writer(); },
            {.on_live = [this](bool live) { cache_.live(live); },
             .on_foreign_change =
                 [this] {
                     cache_.invalidate();
                     relay_.wake();
                 }}),
      api_(store_, cache_, s.api_token, json_),
      tasks_(ctx.get_executor()),
      relaying_(ctx.get_executor()),
      server_(ctx, server_options_of(s), routes(),
              [this](const http::served& served_request) { served(served_request); }) {
    http::on_handler_failure(log_failure);
    add_health_checks();
    tell_where();
}

void app::tell_where() {
    const auto metrics_port = metrics_.serve(settings_.metrics_address, settings_.metrics_port);
    const bool open = settings_.api_token.empty();
    log::info("listening", {{"address", settings_.listen_address},
                            {"port", server_.port()},
                            {"metrics_address", settings_.metrics_address},
                            {"metrics_port", metrics_port},
                            {"api", open ? "open" : "token"},
                            {"nats", bus::public_urls(settings_.nats_url)},
                            {"database", pg::conninfo_target(conninfo_of(settings_))}});
    if (open && !http::is_loopback(settings_.listen_address))
        log::warn("/api is open to whoever reaches this port: set API_TOKEN, or LISTEN_ADDRESS=127.0.0.1",
                  {{"address", settings_.listen_address}});
}

runtime::task<> app::run() {
    tasks_.spawn(migrate_and_serve());
    tasks_.spawn(sample_pool());
    co_await runtime::stop_requested();
    co_await stop();
}

// One connection, opened by the replica that leads: a slow count or deletion must not take one from the readers, nor
// hold up the relay.
pg::pool_options app::upkeep_options() const {
    pg::pool_options options{.connect = writing(serving_options_of(settings_)), .size = 1};
    options.connect.application_name = "todo-be upkeep";
    return options;
}

pg_store_options app::store_options() const {
    pg_store_options options;
    options.pool.connect = serving_options_of(settings_);
    options.pool.connect.application_name = "todo-be reader";
    options.pool.size = settings_.pool_size;
    options.pool.acquire_timeout = settings_.acquire_timeout;
    options.writes.connect = writing(serving_options_of(settings_));
    options.writes.limit = settings_.write_queue_limit;
    options.writes.format = [json = json_](std::string& out, const todo& t) { json.append(out, t); };
    return options;
}

bus::connection_options app::bus_options() const {
    bus::connection_options options;
    options.url = settings_.nats_url;
    options.name = "todo-be";
    options.credentials_file = settings_.nats_credentials;
    options.ca_file = settings_.nats_ca_file;
    options.on_news = [](const bus::connection_news& n) {
        if (n.connected) return log::info("nats connected", {{"away_ms", n.away.count()}});
        log::warn("nats away; dialling on", {{"error", n.reason}, {"away_ms", n.away.count()}});
    };
    return options;
}

relay_report app::report() {
    return {.on_published = [this] { measures_.published(); },
            .on_leading = [this](bool leads) { measures_.leading(leads); }};
}

void app::add_health_checks() {
    health_.add("migrations", [this] {
        return store_.migrated() ? observe::check_result{} : observe::check_result{false, "not applied yet"};
    });
    health_.add("postgresql", [this] {
        return store_.connected() ? observe::check_result{} : observe::check_result{false, "no connection for writes"};
    });
    // Events wait in the outbox meanwhile: no reason to turn clients away.
    health_.add_note("nats", [this] {
        return nats_.connected() ? observe::check_result{} : observe::check_result{false, nats_.last_error()};
    });
    health_.add_note("stream TODOS", [this]() -> observe::check_result {
        if (relay_.stream_missing()) return {false, "missing; events wait in the outbox"};
        if (relay_.stream_recreated()) return {false, "had been deleted; recreated, empty"};
        return {};
    });
}

http::router app::routes() {
    http::router router(settings_.api_base_path);
    api_.add_to(router);
    http::add_health_routes(
        router, [this] { return health_.ready(); }, [this] { return health_.verbose(); }, {"/be-health", "/be/health"});
    return router;
}

void app::committed(commit_notice notice) {
    if (notice.rows > 0) measures_.batch(notice.rows);
    cache_.invalidate();
    if (!notice.created.empty()) relay_.offer(std::move(notice.created));
    if (notice.others) relay_.wake();
}

void app::served(const http::served& s) {
    measures_.served(s);
    const auto level = s.status == 500 ? log::level::warn : log::level::debug;
    if (!log::enabled(level)) return;
    const auto milliseconds = std::chrono::duration<double, std::milli>(s.took).count();
    log::write(level, "request",
               {{"request_id", s.req.context.request_id},
                {"method", http::to_string(s.req.method)},
                {"path", s.req.path},
                {"status", s.status},
                {"duration_ms", milliseconds}});
}

runtime::task<> app::migrate_and_serve() {
    co_await migrate_when_possible(ctx_, settings_);
    relaying_.spawn(relay_.run());
    tasks_.spawn(feed_.run());
    tasks_.spawn(watch_backlog(
        upkeep_, [this] { return relay_.leading(); },
        [this](const outbox_backlog& b) { measures_.backlog(b.pending, b.oldest_seconds); }));
    tasks_.spawn(keep_retention(
        upkeep_, {event_retention(settings_.event_retention), key_retention(settings_.idempotency_retention)}, 1min,
        [this] { return relay_.leading(); }));
    co_await store_.run();
}

runtime::task<> app::sample_pool() {
    for (;;) {
        measures_.pool(store_.pool_counts());
        co_await runtime::sleep_for(1s);
    }
}

runtime::task<> app::stop() {
    log::info("stopping");
    health_.stopping();
    // Requests in flight are answered: after this nothing waits in the write queue.
    co_await server_.stop(settings_.shutdown_timeout);
    relay_.stop();
    if (!co_await relaying_.wait(relay_stop_limit)) relaying_.cancel();
    tasks_.cancel();
    co_await tasks_.wait(task_stop_limit);
    co_await relaying_.wait(task_stop_limit);
    log::info("stopped");
}

}  // namespace tidings::todo_be
