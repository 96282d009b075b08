#include "app.hpp"

#include "api/routes.hpp"
#include "delivery/backlog_watch.hpp"
#include "delivery/core_line.hpp"
#include "delivery/ordered_line.hpp"
#include "delivery/shared_line.hpp"
#include "events/subjects.hpp"
#include "events/timestamp.hpp"
#include "events/uuid.hpp"
#include "observe/log.hpp"
#include "runtime/backoff.hpp"
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

// Makes the stream now and after every reconnect: a server that lost its data gets it again.
runtime::task<> keep_stream(bus::connection& c, runtime::asio::io_context& ctx, bus::stream_config wanted) {
    const auto connected = std::make_shared<runtime::wakeup>(ctx.get_executor());
    c.on_connected([weak = std::weak_ptr(connected)] {
        if (const auto w = weak.lock()) w->notify();
    });
    bus::jetstream js(c);
    runtime::backoff pause(100ms, 5s);
    for (;;) {
        const auto made = co_await js.ensure_stream(wanted);
        if (made) {
            pause.reset();
            co_await connected->wait(1h);
            continue;
        }
        // Away or starting is ordinary; anything else an operator must see.
        if (c.connected() && pause.failures() % 10 == 3) {
            log::warn("stream cannot be made yet", {{"stream", wanted.name}, {"error", made.error().message()}});
        }
        co_await connected->wait(pause.next());
    }
}

}  // namespace

app::app(runtime::asio::io_context& ctx, configuration c)
    : ctx_(ctx),
      config_(std::move(c)),
      metrics_("broadcaster"),
      pulls_(ctx, bus_options(config_, "broadcaster")),
      publishes_(ctx, bus_options(config_, "broadcaster records")),
      attempts_(ctx, publishes_, std::string(events::attempts_subject) + ".batch",
                [dropped = metrics_.counter("broadcaster_attempt_records_dropped_total",
                                            "Attempt records lost because NATS was away too long.")](
                    std::size_t n) mutable { dropped.add(static_cast<double>(n)); }),
      dead_(ctx, publishes_),
      links_{ctx,
             pulls_,
             attempts_,
             dead_,
             metrics_,
             config_.stream,
             events::format(events::now()),
             events::uuid::v7().str(),
             config_.ack_wait,
             static_cast<unsigned>(config_.jetstream_replicas)},
      tasks_(ctx.get_executor()) {
    metrics_.serve(config_.metrics_port);
    watch_connection();
    make_lines();
    http::server_options o;
    o.port = config_.port;
    o.on_full = [](const std::string& what) { log::warn(what); };
    server_.emplace(ctx_, o, routes());
}

app::~app() = default;

void app::watch_connection() {
    auto connected = metrics_.gauge("broadcaster_nats_connected", "1 while connected to NATS.");
    auto reconnects = metrics_.counter("broadcaster_nats_disconnects_total", "Losses of the connection to NATS.");
    connected.set(0);
    pulls_.on_connected([connected]() mutable {
        connected.set(1);
        log::info("nats connected");
    });
    pulls_.on_disconnected([this, connected, reconnects]() mutable {
        connected.set(0);
        reconnects.add();
        log::warn("nats away; dialling on", {{"error", pulls_.last_error()}});
    });
    health_.add_note("nats", [this]() -> observe::check_result {
        if (pulls_.connected()) return {};
        return {false, "away: " + pulls_.last_error()};
    });
}

void app::make_lines() {
    for (const auto& e : config_.endpoints) {
        if (e.secrets.empty()) log::warn("endpoint has no secret: its webhooks are not signed", {{"endpoint", e.name}});
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
    http::add_health_routes(
        r, [this] { return health_.ready(); }, [this] { return health_.verbose(); });
    add_webhook_routes(r, {publishes_, config_.api_token, [this] {
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
        tasks_.spawn(keep_stream(publishes_, ctx_, std::move(c)));
    };
    keep(config_.stream, config_.subjects, config_.stream_max_age);
    keep(std::string(events::attempts_stream), {std::string(events::attempts_subject) + ".>"}, config_.records_max_age);
    keep(std::string(events::dead_letters_stream), {std::string(events::dead_letters_subject) + ".>"},
         config_.dead_letters_max_age);
}

void app::follow_core_subject() {
    log::warn(
        "core mode: events are taken from plain NATS and delivered AT MOST ONCE; what this process holds is lost with "
        "it");
    core_subscription_ = pulls_.subscribe(config_.subjects.front(), std::string(events::worker_group),
                                          [this, number = std::uint64_t{0}](bus::message m) mutable {
                                              const auto shared = std::make_shared<const bus::message>(std::move(m));
                                              ++number;
                                              for (auto& line : lines_)
                                                  static_cast<core_line&>(*line).offer(shared, number);
                                          });
}

runtime::task<> app::run() {
    log::info("broadcaster started", {{"port", server_->port()},
                                      {"endpoints", lines_.size()},
                                      {"mode", config_.core_mode ? "core" : "jetstream"},
                                      {"replica", links_.replica}});
    if (config_.core_mode) {
        follow_core_subject();
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
    core_subscription_.reset();
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
