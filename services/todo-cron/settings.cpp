#include "settings.hpp"

#include "config/typed_settings.hpp"
#include "domain/article_url.hpp"
#include "domain/todos_url.hpp"

namespace tidings::todo_cron {

using namespace std::chrono_literals;

namespace {

void read_limits(config::reader& in, settings& s) {
    in.duration({"run_timeout", "RUN_TIMEOUT", "how long the whole run may take"}, s.run_timeout, 100ms, 24h);
    in.duration({"request_timeout", "REQUEST_TIMEOUT", "how long one request may take"}, s.request_timeout, 10ms,
                10min);
    in.duration({"retry_pause", "RETRY_PAUSE", "the first pause before trying again; it doubles"}, s.retry_pause, 1ms,
                10min);
    in.duration({"longest_retry_pause", "LONGEST_RETRY_PAUSE", "the longest pause before trying again"},
                s.longest_retry_pause, 1ms, 1h);
    if (s.longest_retry_pause < s.retry_pause)
        in.problem("longest_retry_pause", "must not be shorter than retry_pause");
}

void read_backend(config::reader& in, settings& s) {
    std::string url;
    in.text({"backend_url", "BACKEND_URL", "where todo-be is, such as http://todo-app-be-svc:2506"}, url);
    config::read_token(in, {"api_token", "API_TOKEN", "bearer token of todo-be's API"}, s.api_token);
    const auto where = todos_url(url);
    if (url.empty()) {
        in.problem("backend_url", "is missing; set BACKEND_URL, such as http://todo-app-be-svc:2506");
    } else if (!where) {
        in.problem("backend_url", where.error().message());
    } else {
        s.todos_url = *where;
    }
}

void check_url(config::reader& in, const char* key, const std::string& url) {
    // Resolved against itself: absolute, http or https, without user and password.
    const auto checked = article_url(url, url);
    if (!checked) in.problem(key, checked.error().message());
}

void read_schedule(config::reader& in, settings& s, const std::string& from_command_line) {
    std::string text;
    in.text({"scheduled_at", "SCHEDULED_AT", "the time this run stands for (RFC 3339); unset: now"}, text);
    if (!from_command_line.empty()) text = from_command_line;
    const auto parsed = text.empty() ? ids::now() : ids::parse_timestamp(text);
    if (!parsed) in.problem("scheduled_at", "not an RFC 3339 time; write it as 2026-01-31T12:00:00Z");
    s.scheduled_at = parsed.value_or(ids::timestamp{});
}

}  // namespace

settings read_settings(config::reader& in, const std::string& scheduled_at) {
    settings s;
    read_backend(in, s);
    in.text({"wikipedia_url", "WIKIPEDIA_URL", "the page that redirects to a random article"}, s.wikipedia_url);
    check_url(in, "wikipedia_url", s.wikipedia_url);
    in.text({"pushgateway_url", "PUSHGATEWAY_URL", "Prometheus Pushgateway for the run's metrics; empty: none"},
            s.pushgateway_url);
    if (!s.pushgateway_url.empty()) check_url(in, "pushgateway_url", s.pushgateway_url);
    read_schedule(in, s, scheduled_at);
    read_limits(in, s);
    service::read(in, s.metrics);
    service::read(in, s.log);
    return s;
}

}  // namespace tidings::todo_cron
