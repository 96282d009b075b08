#include "app.hpp"

#include "delivery/backlog_watch.hpp"
#include "endpoints/warnings.hpp"
#include "events/subjects.hpp"
#include "http/message/host.hpp"
#include "http/server/health_routes.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "keep_stream.hpp"
#include "observe/log.hpp"
#include "runtime/stop_signal.hpp"
#include "service_router.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

// Both connections lead to the same servers: one of them reports.
bus::connection_options pull_options(const settings& s) {
    auto o = service::nats_options(s.nats, "broadcaster");
    o.on_news = service::log_news;
    return o;
}

}  // namespace

app::app(runtime::asio::io_context& ctx, settings s)
    : ctx_(ctx),
      settings_(std::move(s)),
      metrics_("broadcaster"),
      names_(ctx, metrics_),
      pulls_(ctx, pull_options(settings_)),
      publishes_(ctx, service::nats_options(settings_.nats, "broadcaster records")),
      records_missing_(std::make_shared<runtime::wakeup>(ctx.get_executor())),
      letters_missing_(std::make_shared<runtime::wakeup>(ctx.get_executor())),
      retries_missing_(std::make_shared<runtime::wakeup>(ctx.get_executor())),
      attempts_(
          ctx, publishes_, std::string(events::attempts_subject) + ".batch",
          [dropped =
               metrics_.counter("broadcaster_attempt_records_dropped_total",
                                "Attempt records dropped because their stream did not accept them for too long.")](
              std::size_t n) mutable { dropped.add(static_cast<double>(n)); },
          [this] { records_missing_->notify(); }),
      dead_(ctx, publishes_, metrics_, [this] { letters_missing_->notify(); }),
      seals_(settings_.endpoints, settings_.api.token),
      replica_(ids::uuid::v7().str()),
      links_{{ctx, metrics_, nullptr, nullptr}, pulls_, seals_, {}},
      metrics_port_(metrics_.serve(settings_.metrics.address, settings_.metrics.port)),
      tasks_(ctx.get_executor()) {
    watch_connection();
    make_delivery();
    server_.emplace(ctx_, service::server_options(settings_.api),
                    service_router(settings_.api.base_path, api(), health_));
}

app::~app() = default;

void app::watch_connection() {
    auto connected = metrics_.gauge("broadcaster_nats_connected", "1 while connected to NATS.");
    auto reconnects = metrics_.counter("broadcaster_nats_disconnects_total", "Disconnects from NATS.");
    connected.set(0);
    pulls_.on_connected([connected]() mutable { connected.set(1); });
    pulls_.on_disconnected([connected, reconnects]() mutable {
        connected.set(0);
        reconnects.add();
    });
    health_.add_note("nats", [this]() -> observe::check_result {
        if (pulls_.connected()) return {};
        return {false, "disconnected: " + pulls_.last_error()};
    });
}

void app::make_delivery() {
    if (settings_.allow_private_addresses)
        log::warn("allow_private_addresses is true: webhooks may reach this machine and its network");
    for (const auto& e : settings_.endpoints)
        for (const auto& warning : warnings_of(e, settings_.allow_private_addresses))
            log::warn(warning, {{"endpoint", e.name}});
    if (settings_.core_mode) {
        core_.emplace(links_.line, pulls_, settings_.subjects, settings_.endpoints, replica_);
        return;
    }
    links_.line.record = [this](const attempt_record& r) { attempts_.record(r); };
    links_.line.bury = [this](given_up g, std::weak_ptr<void> in_hand, std::function<void()> stored) {
        dead_.bury(std::move(g), std::move(in_hand), std::move(stored));
    };
    fleet_.emplace(links_, publishes_, fleet_options());
    health_.add_note("delivery", [this]() -> observe::check_result {
        const auto trouble = fleet_->trouble();
        return {trouble.empty(), trouble};
    });
}

fleet::options app::fleet_options() {
    fleet::options o;
    o.replica = replica_;
    o.started_at = ids::format(ids::now());
    o.shards = static_cast<std::uint32_t>(settings_.shards);
    o.jetstream_replicas = static_cast<unsigned>(settings_.jetstream_replicas);
    o.endpoints = settings_.endpoints;
    for (auto& e : o.endpoints)
        if (e.source_stream.empty()) e.source_stream = settings_.stream;
    o.drain_timeout = settings_.drain_timeout;
    o.on_missing_retries = [this] { retries_missing_->notify(); };
    o.on_bucket = [this] {
        keep(std::string(events::retries_stream), {std::string(events::retries_subject) + ".>"}, milliseconds(0), 0,
             retries_missing_, true);
    };
    return o;
}

webhook_api app::api() {
    return {publishes_, settings_.stream, seals_, settings_.api.token,
            [this] { return core_ ? core_->statuses() : fleet_->statuses(); }};
}

void app::keep(std::string name, std::vector<std::string> subjects, milliseconds max_age, std::uint64_t max_bytes,
               std::shared_ptr<runtime::wakeup> look, bool one_per_subject) {
    kept_stream k;
    k.config.name = std::move(name);
    k.config.subjects = std::move(subjects);
    k.config.max_age = std::chrono::duration_cast<std::chrono::seconds>(max_age);
    k.config.duplicate_window = 10min;
    k.config.replicas = static_cast<unsigned>(settings_.jetstream_replicas);
    if (one_per_subject) k.config.max_messages_per_subject = 1;
    if (max_bytes > 0) k.bound(static_cast<std::int64_t>(max_bytes));
    k.status = std::make_shared<observe::check_result>(observe::check_result{false, "not created yet"});
    k.asking = asking_;
    k.look = std::move(look);
    k.only_create = k.config.name == settings_.stream && k.config.name != events::todos_stream;
    health_.add_note("stream " + k.config.name, [state = k.status] { return *state; });
    tasks_.spawn(keep_stream(publishes_, std::move(k)));
}

void app::keep_streams() {
    const auto below = [](std::string_view subject) { return std::vector{std::string(subject) + ".>"}; };
    keep(settings_.stream, settings_.subjects, settings_.stream_max_age, 0,
         std::make_shared<runtime::wakeup>(ctx_.get_executor()));
    keep(std::string(events::attempts_stream), below(events::attempts_subject), settings_.records_max_age,
         settings_.attempts_max_bytes, records_missing_);
    keep(std::string(events::dead_letters_stream), below(events::dead_letters_subject), settings_.dead_letters_max_age,
         settings_.dead_letters_max_bytes, letters_missing_);
    health_.add_note("dead letters", [this] { return dead_.waiting(); });
}

void app::log_start() {
    log::info("broadcaster started", {{"address", settings_.api.address},
                                      {"port", server_->port()},
                                      {"metrics_address", settings_.metrics.address},
                                      {"metrics_port", metrics_port_},
                                      {"api", settings_.api.token.empty() ? "open" : "token"},
                                      {"nats", bus::public_urls(settings_.nats.url)},
                                      {"endpoints", settings_.endpoints.size()},
                                      {"mode", settings_.core_mode ? "core" : "jetstream"},
                                      {"replica", replica_}});
    service::warn_if_open(settings_.api);
}

runtime::task<> app::run() {
    log_start();
    if (core_) {
        tasks_.spawn(core_->run());
    } else {
        keep_streams();
        tasks_.spawn(fleet_->run());
        tasks_.spawn(watch_backlogs(*fleet_, publishes_));
    }
    co_await runtime::stop_requested();
    co_await stop();
}

runtime::task<> app::stop() {
    log::info("stopping", {{"drain_timeout_ms", settings_.drain_timeout.count()}});
    health_.stopping();
    if (core_) co_await core_->drain(settings_.drain_timeout);
    if (fleet_) co_await fleet_->leave();
    tasks_.cancel();
    co_await tasks_.wait(2s);
    co_await attempts_.flush(2s);
    co_await server_->stop(1s);
    co_await pulls_.drain(1s);
    log::info("stopped");
}

}  // namespace tidings::broadcaster
