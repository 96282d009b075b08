#include "app.hpp"

#include "api/routes.hpp"
#include "delivery/backlog_watch.hpp"
#include "delivery/core_line.hpp"
#include "delivery/ordered_line.hpp"
#include "delivery/shared_line.hpp"
#include "endpoints/warnings.hpp"
#include "events/subjects.hpp"
#include "ids/timestamp.hpp"
#include "ids/uuid.hpp"
#include "keep_stream.hpp"
#include "observe/log.hpp"
#include "runtime/stop_signal.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

bus::connection_options bus_options(const configuration& c, std::string name) {
    bus::connection_options o;
    o.url = c.nats_url;
    o.name = std::move(name);
    o.credentials_file = c.nats_credentials;
    o.ca_file = c.nats_ca_file;
    return o;
}

// Both connections lead to the same servers: one of them tells.
bus::connection_options pull_options(const configuration& c) {
    auto o = bus_options(c, "broadcaster");
    o.on_news = [](const bus::connection_news& n) {
        if (n.connected) return log::info("nats connected", {{"away_ms", n.away.count()}});
        log::warn("nats away; dialling on", {{"error", n.reason}, {"away_ms", n.away.count()}});
    };
    return o;
}

http::server_options server_options(const configuration& c) {
    http::server_options o;
    o.address = c.listen_address;
    o.port = c.port;
    o.allowed_hosts = c.allowed_hosts;
    o.check_host = c.api_token.empty() || !c.allowed_hosts.empty();
    o.on_full = [](const std::string& what) { log::warn(what); };
    return o;
}

}  // namespace

app::app(runtime::asio::io_context& ctx, configuration c)
    : ctx_(ctx),
      config_(std::move(c)),
      metrics_("broadcaster"),
      pulls_(ctx, pull_options(config_)),
      publishes_(ctx, bus_options(config_, "broadcaster records")),
      attempts_(ctx, publishes_, std::string(events::attempts_subject) + ".batch",
                [dropped = metrics_.counter("broadcaster_attempt_records_dropped_total",
                                            "Attempt records lost because NATS was away too long.")](
                    std::size_t n) mutable { dropped.add(static_cast<double>(n)); }),
      dead_(ctx, publishes_),
      seals_(config_.endpoints, config_.api_token),
      links_{ctx,
             pulls_,
             attempts_,
             dead_,
             metrics_,
             seals_,
             config_.stream,
             ids::format(ids::now()),
             ids::uuid::v7().str(),
             config_.ack_wait,
             static_cast<unsigned>(config_.jetstream_replicas)},
      metrics_port_(metrics_.serve(config_.metrics_address, config_.metrics_port)),
      tasks_(ctx.get_executor()) {
    watch_connection();
    make_lines();
    server_.emplace(ctx_, server_options(config_), routes());
}

app::~app() = default;

void app::watch_connection() {
    auto connected = metrics_.gauge("broadcaster_nats_connected", "1 while connected to NATS.");
    auto reconnects = metrics_.counter("broadcaster_nats_disconnects_total", "Losses of the connection to NATS.");
    connected.set(0);
    pulls_.on_connected([connected]() mutable { connected.set(1); });
    pulls_.on_disconnected([connected, reconnects]() mutable {
        connected.set(0);
        reconnects.add();
    });
    health_.add_note("nats", [this]() -> observe::check_result {
        if (pulls_.connected()) return {};
        return {false, "away: " + pulls_.last_error()};
    });
}

void app::make_lines() {
    if (config_.allow_private_addresses)
        log::warn("allow_private_addresses is true: webhooks may lead to this machine and its neighbours");
    for (const auto& e : config_.endpoints) {
        for (const auto& warning : warnings_of(e, config_.allow_private_addresses))
            log::warn(warning, {{"endpoint", e.name}});
        if (config_.core_mode) {
            lines_.push_back(std::make_unique<core_line>(ctx_, e, links_.replica, metrics_));
        } else if (e.order == ordering::per_key) {
            lines_.push_back(std::make_unique<ordered_line>(links_, e));
        } else {
            lines_.push_back(std::make_unique<shared_line>(links_, e));
        }
    }
}

http::router app::routes() {
    http::router r(config_.api_base_path);
    http::add_health_routes(r, [this] { return health_.ready(); }, [this] { return health_.verbose(); });
    add_webhook_routes(r, {publishes_, config_.stream, seals_, config_.api_token, [this] {
                               std::vector<endpoint_status> all;
                               for (auto& line : lines_)
                                   all.push_back(line->delivers().status());
                               return all;
                           }});
    return r;
}

void app::keep_streams() {
    const auto keep = [this](std::string name, std::vector<std::string> subjects, milliseconds max_age) {
        bus::stream_config c;
        c.name = std::move(name);
        c.subjects = std::move(subjects);
        c.max_age = std::chrono::duration_cast<std::chrono::seconds>(max_age);
        c.duplicate_window = 10min;
        c.replicas = links_.jetstream_replicas;
        const auto state = std::make_shared<observe::check_result>(observe::check_result{false, "not created yet"});
        health_.add_note("stream " + c.name, [state] { return *state; });
        tasks_.spawn(keep_stream(publishes_, ctx_, std::move(c), state));
    };
    keep(config_.stream, config_.subjects, config_.stream_max_age);
    keep(std::string(events::attempts_stream), {std::string(events::attempts_subject) + ".>"}, config_.records_max_age);
    keep(std::string(events::dead_letters_stream), {std::string(events::dead_letters_subject) + ".>"},
         config_.dead_letters_max_age);
}

void app::follow_core_subjects() {
    log::warn(
        "core mode: events are taken from plain NATS and delivered AT MOST ONCE; what this process holds is lost with "
        "it");
    const auto number = std::make_shared<std::uint64_t>(0);
    for (const auto& subject : config_.subjects) {
        core_subscriptions_.push_back(
            pulls_.subscribe(subject, std::string(events::worker_group), [this, number](bus::message m) {
                const auto shared = std::make_shared<const bus::message>(std::move(m));
                ++*number;
                for (auto& line : lines_)
                    static_cast<core_line&>(*line).offer(shared, *number);
            }));
    }
}

void app::log_start() {
    const bool open = config_.api_token.empty();
    log::info("broadcaster started", {{"address", config_.listen_address},
                                      {"port", server_->port()},
                                      {"metrics_address", config_.metrics_address},
                                      {"metrics_port", metrics_port_},
                                      {"api", open ? "open" : "token"},
                                      {"nats", bus::public_urls(config_.nats_url)},
                                      {"endpoints", lines_.size()},
                                      {"mode", config_.core_mode ? "core" : "jetstream"},
                                      {"replica", links_.replica}});
    if (open && !http::is_loopback(config_.listen_address))
        log::warn("/api is open to everyone who can reach this port: set API_TOKEN, or LISTEN_ADDRESS=127.0.0.1",
                  {{"address", config_.listen_address}});
}

runtime::task<> app::run() {
    log_start();
    if (config_.core_mode) {
        follow_core_subjects();
    } else {
        keep_streams();
        std::vector<delivery_line*> lines;
        for (auto& line : lines_)
            lines.push_back(line.get());
        tasks_.spawn(watch_backlogs(links_, std::move(lines)));
    }
    for (auto& line : lines_)
        tasks_.spawn(line->run());
    co_await runtime::stop_requested();
    co_await stop();
}

runtime::task<> app::stop() {
    log::info("stopping", {{"drain_timeout_ms", config_.drain_timeout.count()}});
    health_.stopping();
    core_subscriptions_.clear();
    tasks_.cancel();
    co_await tasks_.wait(2s);
    runtime::task_group drains(ctx_.get_executor());
    for (auto& line : lines_)
        drains.spawn(line->drain(config_.drain_timeout));
    co_await drains.wait(config_.drain_timeout + 2s);
    co_await attempts_.flush(2s);
    co_await server_->stop(1s);
    co_await pulls_.fall_silent(1s);
    log::info("stopped");
}

}  // namespace tidings::broadcaster
