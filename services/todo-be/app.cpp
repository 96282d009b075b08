#include "app.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "api/access/stream_rights.hpp"
#include "database.hpp"
#include "events/subjects.hpp"
#include "observe/log.hpp"
#include "outbox/backlog.hpp"
#include "outbox/retention.hpp"
#include "pg/conninfo.hpp"
#include "runtime/stop_signal.hpp"
#include "store/token_end.hpp"
#include "store/write/row_retention.hpp"

namespace tidings::todo_be {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds stream_stop_limit = 2s;
constexpr auto relay_stop_limit = 3s;
constexpr auto task_stop_limit = 2s;
constexpr auto token_memory = 24h * 30;  // for which one that has expired is still listed
constexpr auto list_memory = 24h * 30;   // for which one that was deleted, and its to-dos, are still in the database

}  // namespace

app::app(runtime::asio::io_context& ctx, const settings& s)
    : ctx_(ctx),
      settings_(s),
      json_(s.api.base_path + "/api/todos/"),
      metrics_("todo-be"),
      service_metrics_(metrics_),
      cache_(s.cache_memory),
      store_(ctx, store_options(), [this](commit_notice notice) { committed(std::move(notice)); }),
      accounts_(ctx, account_options(), [this] { return store_.migrated(); }),
      lists_(accounts_.database()),
      upkeep_(ctx, upkeep_options()),
      nats_(ctx, bus_options()),
      relay_(ctx, writing(serving_options_of(s)), nats_, static_cast<unsigned>(s.stream_replicas), report()),
      events_(ctx, events_options(), events_report()),
      feed_(ctx, writing(serving_options_of(s)),
            {.on_live = [this](bool live) { cache_.live(live); },
             .on_change = [this](const change_notice& n) { heard(n); }}),
      cache_server_(make_cache()),
      shared_(make_second_level()),
      reads_(cache_, cache_hooks(), shared_.get()),
      api_(store_, reads_, rules(), json_),
      event_api_(events_, api_.entry(), s.stream_keep_alive),
      token_api_(doorkeeper_ ? &accounts_ : nullptr, api_.entry(), s.api.base_path + "/api/tokens/",
                 [this](const ids::uuid& token) { doorkeeper_->forget(token); }),
      list_api_(doorkeeper_ ? &lists_ : nullptr, list_rules()),
      tasks_(ctx.get_executor()),
      relaying_(ctx.get_executor()),
      server_(ctx, server_options(), routes()) {
    add_health_checks();
    tell_where();
}

void app::tell_where() {
    const auto metrics_port = metrics_.serve(settings_.metrics.address, settings_.metrics.port);
    log::info("listening", {{"address", settings_.api.address},
                            {"port", server_.port()},
                            {"metrics_address", settings_.metrics.address},
                            {"metrics_port", metrics_port},
                            {"api", settings_.identity            ? "users"
                                    : settings_.api.token.empty() ? "open"
                                                                  : "token"},
                            {"nats", bus::public_urls(settings_.nats.url)},
                            {"database", pg::conninfo_target(conninfo_of(settings_))}});
    if (!settings_.identity) service::warn_if_open(settings_.api);
    if (settings_.identity && !provider_ && settings_.api.token.empty())
        log::warn("only who has a personal access token already can use the API: nothing vouches for anybody else");
}

runtime::task<> app::run() {
    tasks_.spawn(migrate_and_serve());
    tasks_.spawn(sample_pool());
    co_await runtime::stop_requested();
    co_await stop();
}

// One connection, opened by the leading replica: a slow count or deletion must not take one from the readers, nor
// delay the relay.
pg::pool_options app::upkeep_options() const {
    pg::pool_options options{.connect = writing(serving_options_of(settings_)), .size = 1};
    options.connect.application_name = "todo-be upkeep";
    return options;
}

pg_store_options app::store_options() const {
    pg_store_options options;
    options.pool.connect = request_options_of(settings_);
    // What a standby that is behind answers must not be kept for others.
    if (!settings_.cache.host.empty()) options.pool.connect = writing(std::move(options.pool.connect));
    options.pool.connect.application_name = "todo-be reader";
    options.pool.size = settings_.pool_size;
    options.pool.acquire_timeout = settings_.acquire_timeout;
    options.writes.connect = writing(request_options_of(settings_));
    options.writes.limit = settings_.write_queue_limit;
    options.users = settings_.identity;
    options.writes.format = [json = json_](std::string& out, const todo& t) { json.append(out, t); };
    return options;
}

pg::pool_options app::account_options() const {
    pg::pool_options options{.connect = writing(request_options_of(settings_))};
    options.connect.application_name = "todo-be accounts";
    options.acquire_timeout = settings_.acquire_timeout;
    return options;
}

bus::connection_options app::bus_options() const {
    auto options = service::nats_options(settings_.nats, "todo-be");
    options.on_news = service::log_news;
    options.witness = events::todos_stream;
    return options;
}

feed_options app::events_options() const {
    return {.connect = writing(serving_options_of(settings_)),
            .stream_bytes = settings_.stream_buffer,
            .most_streams = settings_.stream_limit};
}

feed_report app::events_report() {
    return {.on_streams = [this](std::size_t open) { service_metrics_.streams(open); },
            .on_sent = [this](std::size_t events) { service_metrics_.streamed(events); },
            .on_slow = [this] { service_metrics_.cut_off(); }};
}

relay_report app::report() {
    return {.on_published = [this] { service_metrics_.published(); },
            .on_leading = [this](bool leads) { service_metrics_.leading(leads); }};
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
        const auto why = nats_.connected() ? nats_.trouble() : nats_.last_error();
        return observe::check_result{why.empty(), why};
    });
    if (cache_server_)
        health_.add_note("cache", [this] {
            const auto why = cache_server_->trouble();
            return observe::check_result{why.empty(), why};
        });
    if (buckets_) health_.add_note("rates", [this] { return whose_rates(); });
    health_.add_note("stream TODOS", [this]() -> observe::check_result {
        if (relay_.stream_missing()) return {false, "missing; events wait in the outbox"};
        if (relay_.stream_recreated()) return {false, "had been deleted; recreated, empty"};
        return {};
    });
}

http::server_options app::server_options() {
    auto options = service::server_options(settings_.api);
    options.cors = settings_.cors;
    if (settings_.identity) options.check_host = !settings_.api.allowed_hosts.empty();
    options.on_served = [this](const http::served& s) { served(s); };
    return options;
}

void app::committed(commit_notice notice) {
    if (notice.rows > 0) service_metrics_.batch(notice.rows);
    events_.wake();
    if (!notice.created.empty()) relay_.offer(std::move(notice.created));
    if (notice.others) relay_.wake();
}

void app::served(const http::served& s) {
    service_metrics_.served(s);
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
    if (cache_server_) tasks_.spawn(keep_cache());
    tasks_.spawn(events_.run());
    if (settings_.identity) tasks_.spawn(watch_stream_rights(events_, accounts_));
    tasks_.spawn(watch_backlog(
        upkeep_, [this] { return relay_.leading(); },
        [this](const outbox_backlog& b) { service_metrics_.backlog(b.pending, b.oldest_seconds); }));
    if (settings_.identity)
        tasks_.spawn(watch_token_end(
            upkeep_, [this] { return relay_.leading(); }, [this](double at) { service_metrics_.token_end(at); }));
    tasks_.spawn(
        keep_retention(upkeep_,
                       {event_retention(settings_.event_retention), key_retention(settings_.idempotency_retention),
                        deleted_retention(settings_.deleted_retention), token_retention(token_memory),
                        list_todo_retention(list_memory), list_retention(list_memory)},
                       1min, [this] { return relay_.leading(); }));
    co_await store_.run();
}

runtime::task<> app::sample_pool() {
    for (;;) {
        service_metrics_.pool(store_.pool_counts());
        if (cache_server_) service_metrics_.cache_connected(cache_server_->connected());
        if (buckets_) service_metrics_.rates_shared(shared_rates_ && shared_rates_->trouble().empty());
        co_await runtime::sleep_for(1s);
    }
}

runtime::task<> app::stop() {
    log::info("stopping");
    health_.stopping();
    // Streams end with a last word, before the server would cut them.
    events_.close();
    co_await events_.drained(std::min(settings_.shutdown_timeout, stream_stop_limit));
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
