#include "config.hpp"

#include "domain/article_url.hpp"
#include "domain/todos_url.hpp"

namespace tidings::todo_cron {

using namespace std::chrono_literals;

namespace {

void read_process(config::reader& in, configuration& c) {
    in.address({"metrics_address", "METRICS_ADDRESS", "address of the Prometheus metrics"}, c.metrics_address);
    in.number({"metrics_port", "METRICS_PORT", "port of the Prometheus metrics, open while it runs"}, c.metrics_port, 0,
              65535);
    in.choice({"log_level", "LOG_LEVEL", "debug, info, warn or error"}, c.log_level,
              {"debug", "info", "warn", "error"});
    in.choice({"log_format", "LOG_FORMAT", "json, or text for people"}, c.log_format, {"json", "text"});
}

void read_limits(config::reader& in, configuration& c) {
    in.duration({"run_timeout", "RUN_TIMEOUT", "how long the whole run may take"}, c.run_timeout, 100ms, 24h);
    in.duration({"request_timeout", "REQUEST_TIMEOUT", "how long one request may take"}, c.request_timeout, 10ms,
                10min);
    in.duration({"retry_pause", "RETRY_PAUSE", "the first pause before trying again; it doubles"}, c.retry_pause, 1ms,
                10min);
    in.duration({"longest_retry_pause", "LONGEST_RETRY_PAUSE", "the longest pause before trying again"},
                c.longest_retry_pause, 1ms, 1h);
    if (c.longest_retry_pause < c.retry_pause)
        in.problem("longest_retry_pause", "must not be shorter than retry_pause");
}

void read_backend(config::reader& in, configuration& c) {
    std::string url;
    in.text({"backend_url", "BACKEND_URL", "where todo-be is, such as http://todo-app-be-svc:2506"}, url);
    in.token({"api_token", "API_TOKEN", "bearer token of todo-be's API"}, c.api_token);
    const auto where = todos_url(url);
    if (url.empty()) {
        in.problem("backend_url", "is missing; set BACKEND_URL, such as http://todo-app-be-svc:2506");
    } else if (!where) {
        in.problem("backend_url", where.error().message());
    } else {
        c.todos_url = *where;
    }
}

void check_url(config::reader& in, const char* key, const std::string& url) {
    // Resolved against itself: absolute, http or https, without user and password.
    const auto checked = article_url(url, url);
    if (!checked) in.problem(key, checked.error().message());
}

void read_schedule(config::reader& in, configuration& c, const std::string& from_command_line) {
    std::string text;
    in.text({"scheduled_at", "SCHEDULED_AT", "the time this run stands for (RFC 3339); unset: now"}, text);
    if (!from_command_line.empty()) text = from_command_line;
    const auto parsed = text.empty() ? ids::now() : ids::parse_timestamp(text);
    if (!parsed) in.problem("scheduled_at", "not an RFC 3339 time; write it as 2026-01-31T12:00:00Z");
    c.scheduled_at = parsed.value_or(ids::timestamp{});
}

}  // namespace

configuration read_configuration(config::reader& in, const std::string& scheduled_at) {
    configuration c;
    read_backend(in, c);
    in.text({"wikipedia_url", "WIKIPEDIA_URL", "the page that redirects to a random article"}, c.wikipedia_url);
    check_url(in, "wikipedia_url", c.wikipedia_url);
    in.text({"pushgateway_url", "PUSHGATEWAY_URL", "Prometheus Pushgateway for the run's metrics; empty: none"},
            c.pushgateway_url);
    if (!c.pushgateway_url.empty()) check_url(in, "pushgateway_url", c.pushgateway_url);
    read_schedule(in, c, scheduled_at);
    read_limits(in, c);
    read_process(in, c);
    in.finish();
    return c;
}

}  // namespace tidings::todo_cron
