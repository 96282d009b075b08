#include "app.hpp"

#include <boost/asio/ip/host_name.hpp>

#include "delivery/backlog_watch.hpp"
#include "delivery/store_replay.hpp"
#include "delivery/test_webhook.hpp"
#include "domain/fleet_scope.hpp"
#include "endpoint_sources.hpp"
#include "endpoints/warnings.hpp"
#include "events/subjects.hpp"
#include "http/message/host.hpp"
#include "http/server/health_routes.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "observe/log.hpp"
#include "runtime/stop_signal.hpp"
#include "service_router.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds longest_wait_for_registry = 3s;
constexpr auto look_at_registry = 10ms;

// Both connections lead to the same servers: one of them reports.
bus::connection_options link_options(const settings& s, std::string name,
                                     decltype(bus::connection_options::on_news) on_news = {}) {
    auto o = service::nats_options(s.nats, std::move(name));
    o.needs_jetstream = !s.core_mode;
    o.witness = "KV_" + std::string(events::positions_bucket);
    o.on_news = std::move(on_news);
    return o;
}

}  // namespace

app::app(runtime::asio::io_context& ctx, settings s)
    : ctx_(ctx),
      settings_(std::move(s)),
      metrics_("broadcaster"),
      names_(ctx, metrics_),
      pulls_(ctx, link_options(settings_, "broadcaster", service::log_news)),
      publishes_(ctx, link_options(settings_, "broadcaster records")),
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
      of_files_(file_endpoints(settings_)),
      registry_(ctx, settings_.core_mode ? nullptr : &publishes_, static_cast<unsigned>(settings_.jetstream_replicas),
                scope_of(settings_.stream), of_files_, *secret_box::parse(settings_.endpoints_key),
                api_policy(settings_)),
      sources_(ctx, publishes_),
      replica_(replica_name(ids::uuid::v7().str(), boost::asio::ip::host_name())),
      links_{{ctx, metrics_, nullptr, nullptr}, pulls_},
      metrics_port_(metrics_.serve(settings_.metrics.address, settings_.metrics.port)),
      tasks_(ctx.get_executor()) {
    watch_connection();
    make_delivery();
    follow_registry();
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
        const auto& worse = pulls_.trouble().empty() ? publishes_ : pulls_;
        return {worse.trouble().empty(), worse.trouble()};
    });
}

void app::make_delivery() {
    if (settings_.allow_private_addresses)
        log::warn("allow_private_addresses is true: webhooks may reach this machine and its network");
    for (const auto& e : settings_.endpoints)
        for (const auto& warning : warnings_of(e, settings_.allow_private_addresses))
            log::warn(warning, {{"endpoint", e.name}});
    if (settings_.core_mode) {
        core_.emplace(links_.line, pulls_, settings_.subjects, of_files_, replica_.substr(0, replica_.find('@')));
        return;
    }
    links_.line.record = [this](const attempt_record& r) { attempts_.record(r); };
    links_.line.bury = [this](given_up g, std::weak_ptr<void> in_hand, std::function<void()> stored) {
        g.fleet = settings_.stream;
        dead_.bury(std::move(g), std::move(in_hand), std::move(stored));
    };
    fleet_.emplace(links_, publishes_, fleet_options());
    for (const auto& e : of_files_) {
        fleet_->set(e);
        sources_.set(e);
    }
    health_.add_note(
        "shards", [this]() -> observe::check_result { return {fleet_->shards_note().empty(), fleet_->shards_note()}; });
    health_.add_note("delivery", [this]() -> observe::check_result {
        auto why = fleet_->trouble();
        if (why.empty()) why = fleet_->warning();
        if (why.empty()) why = fleet_->stalled();
        return {why.empty(), why};
    });
}

fleet::options app::fleet_options() {
    fleet::options o;
    o.replica = replica_;
    o.started_at = ids::format(ids::now());
    o.files = digest_of_names(of_files_);
    o.scope = scope_of(settings_.stream);
    o.shards = static_cast<std::uint32_t>(settings_.shards);
    o.jetstream_replicas = static_cast<unsigned>(settings_.jetstream_replicas);
    o.drain_timeout = settings_.drain_timeout;
    o.on_missing_retries = [this] { retries_missing_->notify(); };
    o.is_gone = [this](std::string identity) { return registry_.is_gone(std::move(identity)); };
    o.on_bucket = [this] {
        keep(std::string(events::retries_stream), {std::string(events::retries_subject) + ".>"}, milliseconds(0),
             settings_.retries_max_bytes, retries_missing_, true);
    };
    return o;
}

void app::follow_registry() {
    if (core_) {
        registry_.listen({nullptr, nullptr, nullptr, [this](const std::string& name) { core_->resume(name); }});
        return;
    }
    registry_.listen({[this](const endpoint_ptr& e) {
                          for (const auto& warning : warnings_of(*e, settings_.allow_private_addresses))
                              log::warn(warning, {{"endpoint", e->name}});
                          fleet_->set(e);
                          sources_.set(e);
                      },
                      [this](const std::string& name) {
                          fleet_->suspend(name);
                          sources_.remove(name);
                      },
                      [this](const std::string& name) {
                          fleet_->remove(name);
                          sources_.remove(name);
                      },
                      [this](const std::string& name) { fleet_->resume(name); }});
    health_.add_note("endpoints", [this]() -> observe::check_result {
        if (!registry_.current())
            return {false, "bucket not read yet, or NATS is away: working with those that are known"};
        const auto trouble = registry_.trouble();
        return {trouble.empty(), trouble};
    });
    health_.add_note("sources", [this]() -> observe::check_result {
        const auto trouble = sources_.trouble();
        return {trouble.empty(), trouble};
    });
}

webhook_api app::api() {
    replay_links replays;
    replays.fleet = settings_.stream;
    replays.target_of = [this](const std::string& name) {
        return fleet_ ? fleet_->replay_target_of(name) : std::nullopt;
    };
    replays.ready = [this] { return !fleet_ || fleet_->knows_shards(); };
    replays.store = [this](replay_target where, given_up g, std::string letter_time) {
        return store_replay(publishes_, std::move(where), std::move(g), std::move(letter_time));
    };
    webhook_api a{publishes_, std::move(replays), settings_.api.token};
    a.endpoints = &registry_;
    a.status = [this](std::string_view name) { return core_ ? core_->status(name) : fleet_->status(name); };
    a.warnings = [this](const endpoint& e) {
        auto all = warnings_of(e, settings_.allow_private_addresses);
        if (auto warning = sources_.warning_of(e); !warning.empty()) all.push_back(std::move(warning));
        return all;
    };
    if (!settings_.core_mode)
        a.look_at_source = [this](std::string stream) { return sources_.look(std::move(stream)); };
    a.test = [this](endpoint e) { return send_test_webhook(ctx_, std::move(e)); };
    return a;
}

void app::log_start() {
    log::info("broadcaster started", {{"address", settings_.api.address},
                                      {"port", server_->port()},
                                      {"metrics_address", settings_.metrics.address},
                                      {"metrics_port", metrics_port_},
                                      {"api", settings_.api.token.empty() ? "open" : "token"},
                                      {"nats", bus::public_urls(settings_.nats.url)},
                                      {"endpoints", of_files_.size()},
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
        tasks_.spawn(registry_.run());
        tasks_.spawn(start_fleet());
        tasks_.spawn(watch_backlogs(*fleet_, publishes_));
        tasks_.spawn(sources_.run());
    }
    co_await runtime::stop_requested();
    co_await stop();
}

// An endpoint that is not known yet when its shard is taken would have to read alone at first.
runtime::task<> app::start_fleet() {
    auto connected_for = 0ms;
    while (!registry_.current() && connected_for < longest_wait_for_registry) {
        co_await runtime::sleep_for(look_at_registry);
        if (pulls_.connected()) connected_for += look_at_registry;
    }
    co_await fleet_->run();
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
    log::info("stopped");
}

}  // namespace tidings::broadcaster
