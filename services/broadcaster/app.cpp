#include "app.hpp"

#include "delivery/backlog_watch.hpp"
#include "delivery/core_line.hpp"
#include "delivery/ordered_line.hpp"
#include "delivery/shared_line.hpp"
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
      attempts_(
          ctx, publishes_, std::string(events::attempts_subject) + ".batch",
          [dropped =
               metrics_.counter("broadcaster_attempt_records_dropped_total",
                                "Attempt records dropped because their stream did not accept them for too long.")](
              std::size_t n) mutable { dropped.add(static_cast<double>(n)); },
          [this] { records_missing_->notify(); }),
      dead_(ctx, publishes_, metrics_, [this] { letters_missing_->notify(); }),
      seals_(settings_.endpoints, settings_.api.token),
      links_{ctx,
             pulls_,
             [this](const attempt_record& r) { attempts_.record(r); },
             [this](given_up g, std::weak_ptr<void> in_hand, std::function<void()> stored) {
                 dead_.bury(std::move(g), std::move(in_hand), std::move(stored));
             },
             metrics_,
             seals_,
             settings_.stream,
             ids::format(ids::now()),
             ids::uuid::v7().str(),
             settings_.ack_wait,
             static_cast<unsigned>(settings_.jetstream_replicas)},
      metrics_port_(metrics_.serve(settings_.metrics.address, settings_.metrics.port)),
      tasks_(ctx.get_executor()) {
    watch_connection();
    make_lines();
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

void app::make_lines() {
    if (settings_.allow_private_addresses)
        log::warn("allow_private_addresses is true: webhooks may reach this machine and its network");
    for (const auto& e : settings_.endpoints) {
        for (const auto& warning : warnings_of(e, settings_.allow_private_addresses))
            log::warn(warning, {{"endpoint", e.name}});
        if (settings_.core_mode) {
            lines_.push_back(std::make_unique<core_line>(ctx_, e, links_.replica, metrics_));
        } else if (e.order == ordering::per_key) {
            lines_.push_back(std::make_unique<ordered_line>(links_, e));
        } else {
            lines_.push_back(std::make_unique<shared_line>(links_, e));
        }
    }
}

webhook_api app::api() {
    return {publishes_, settings_.stream, seals_, settings_.api.token, [this] {
                std::vector<endpoint_status> all;
                for (auto& line : lines_)
                    all.push_back(line->delivers().status());
                return all;
            }};
}

void app::keep_streams() {
    const auto asking = std::make_shared<bool>(false);
    const auto keep = [this, asking](std::string name, std::vector<std::string> subjects, milliseconds max_age,
                                     std::uint64_t max_bytes, std::shared_ptr<runtime::wakeup> look) {
        kept_stream k;
        k.config.name = std::move(name);
        k.config.subjects = std::move(subjects);
        k.config.max_age = std::chrono::duration_cast<std::chrono::seconds>(max_age);
        k.config.duplicate_window = 10min;
        k.config.replicas = links_.jetstream_replicas;
        if (max_bytes > 0) k.bound(static_cast<std::int64_t>(max_bytes));
        k.status = std::make_shared<observe::check_result>(observe::check_result{false, "not created yet"});
        k.asking = asking;
        k.look = std::move(look);
        health_.add_note("stream " + k.config.name, [state = k.status] { return *state; });
        tasks_.spawn(keep_stream(publishes_, std::move(k)));
    };
    const auto below = [](std::string_view subject) { return std::vector{std::string(subject) + ".>"}; };
    keep(settings_.stream, settings_.subjects, settings_.stream_max_age, 0,
         std::make_shared<runtime::wakeup>(ctx_.get_executor()));
    keep(std::string(events::attempts_stream), below(events::attempts_subject), settings_.records_max_age,
         settings_.attempts_max_bytes, records_missing_);
    keep(std::string(events::dead_letters_stream), below(events::dead_letters_subject), settings_.dead_letters_max_age,
         settings_.dead_letters_max_bytes, letters_missing_);
    health_.add_note("dead letters", [this] { return dead_.waiting(); });
}

void app::follow_core_subjects() {
    log::warn(
        "core mode: events are taken from plain NATS and delivered AT MOST ONCE; what this process holds is lost with "
        "it");
    const auto number = std::make_shared<std::uint64_t>(0);
    for (const auto& subject : settings_.subjects) {
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
    log::info("broadcaster started", {{"address", settings_.api.address},
                                      {"port", server_->port()},
                                      {"metrics_address", settings_.metrics.address},
                                      {"metrics_port", metrics_port_},
                                      {"api", settings_.api.token.empty() ? "open" : "token"},
                                      {"nats", bus::public_urls(settings_.nats.url)},
                                      {"endpoints", lines_.size()},
                                      {"mode", settings_.core_mode ? "core" : "jetstream"},
                                      {"replica", links_.replica}});
    service::warn_if_open(settings_.api);
}

runtime::task<> app::run() {
    log_start();
    if (settings_.core_mode) {
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
    log::info("stopping", {{"drain_timeout_ms", settings_.drain_timeout.count()}});
    health_.stopping();
    core_subscriptions_.clear();
    tasks_.cancel();
    co_await tasks_.wait(2s);
    runtime::task_group drains(ctx_.get_executor());
    for (auto& line : lines_)
        drains.spawn(line->drain(settings_.drain_timeout));
    co_await drains.wait(settings_.drain_timeout + 2s);
    co_await attempts_.flush(2s);
    co_await server_->stop(1s);
    co_await pulls_.drain(1s);
    log::info("stopped");
}

}  // namespace tidings::broadcaster
