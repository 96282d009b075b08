#include "app.hpp"

#include "domain/run_key.hpp"
#include "job.hpp"
#include "observe/log.hpp"
#include "push.hpp"

namespace tidings::todo_cron {

int exit_code(verdict v) {
    switch (v) {
        case verdict::done:
        case verdict::already_done:
            return 0;
        case verdict::retry:
            return 1;
        case verdict::refuse:
            return 2;
    }
    return 2;
}

app::app(settings s) : settings_(std::move(s)), metrics_("todo-cron") {
    try {
        const auto port = metrics_.serve(settings_.metrics.address, settings_.metrics.port);
        log::debug("metrics are served", {{"port", port}});
    } catch (const std::exception& e) {
        log::warn("metrics are not served", {{"error", e.what()}});
    }
}

runtime::task<verdict> app::run() {
    const auto start = std::chrono::steady_clock::now();
    log::info("run started", {{"key", run_key(settings_.scheduled_at)}});
    job one(settings_, metrics_);
    const verdict v = co_await one.run();
    const auto took = std::chrono::steady_clock::now() - start;
    count(v, took);
    if (!settings_.pushgateway_url.empty())
        co_await push_metrics(settings_.pushgateway_url, metrics_, exit_code(v) == 0, settings_.request_timeout);
    log::info("run ended",
              {{"result", to_string(v)}, {"duration_ms", std::chrono::duration<double, std::milli>(took).count()}});
    co_return v;
}

void app::count(verdict v, runtime::duration took) {
    metrics_.counter("todo_cron_runs_total", "Runs by outcome.", {{"result", std::string(to_string(v))}}).add();
    metrics_.gauge("todo_cron_duration_seconds", "Duration of the run.")
        .set(std::chrono::duration<double>(took).count());
    if (exit_code(v) != 0) return;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    metrics_.gauge("todo_cron_last_success_timestamp_seconds", "When a run last succeeded, seconds since the epoch.")
        .set(std::chrono::duration<double>(now).count());
}

}  // namespace tidings::todo_cron
