#include "service_metrics.hpp"

#include <chrono>

namespace tidings::todo_be {

namespace {

observe::counter reads(observe::metrics& registry, const char* answered_by) {
    return registry.counter("todo_cache_reads_total",
                            "Reads of lists and to-dos that may be kept, by what answered them",
                            {{"outcome", answered_by}});
}

}  // namespace

service_metrics::service_metrics(observe::metrics& registry)
    : registry_(registry),
      events_published_(registry.counter("todo_events_published_total", "Events stored by JetStream, each once")),
      outbox_pending_(
          registry.gauge("todo_outbox_pending", "Events waiting to be published; 0 where another replica leads")),
      outbox_oldest_(registry.gauge("todo_outbox_oldest_seconds", "Age of the oldest event waiting to be published")),
      relay_leader_(registry.gauge("todo_relay_leader", "1 on the publishing replica, else 0")),
      pool_size_(registry.gauge("todo_db_pool_size", "Connections of the read pool, open or being opened")),
      pool_in_use_(registry.gauge("todo_db_pool_in_use", "Connections of the read pool in use")),
      pool_idle_(registry.gauge("todo_db_pool_idle", "Connections of the read pool that are free")),
      pool_waiting_(registry.gauge("todo_db_pool_waiting", "Requests waiting for a connection")),
      read_from_memory_(reads(registry, "memory")),
      read_from_cache_(reads(registry, "cache")),
      read_from_database_(reads(registry, "database")),
      cache_connected_(registry.gauge("todo_cache_connected", "1 while the cache at CACHE_URL is connected, else 0")),
      rates_shared_(registry.gauge("todo_rates_shared",
                                   "1 while replicas count together what RATE_LIMIT bounds, 0: each for itself")),
      token_end_(
          registry.gauge("todo_operator_token_expiry_timestamp_seconds",
                         "When the first of the operator's personal access tokens that were made for more than "
                         "30 days ends, seconds since the epoch; 0 without one, and where another replica leads")),
      streams_(registry.gauge("todo_event_streams", "Streams of the change feed that are open")),
      streamed_(registry.counter("todo_events_streamed_total", "Events handed to streams, one for each of them")),
      cut_off_(
          registry.counter("todo_event_streams_cut_off_total", "Streams ended because their clients were too slow")),
      batch_rows_(registry.histogram("todo_write_batch_rows", "Writes that shared one statement", {},
                                     {1, 2, 4, 8, 16, 32, 64})) {}

void service_metrics::served(const http::served& s) {
    auto& series = series_of(s);
    series.total.add();
    series.seconds.observe(std::chrono::duration<double>(s.took).count());
}

void service_metrics::looked_up(const char* answered_by) {
    (*answered_by == 'm' ? read_from_memory_ : *answered_by == 'c' ? read_from_cache_ : read_from_database_).add();
}

void service_metrics::cache_asked(const char* outcome) {
    registry_
        .counter("todo_cache_asked_total", "Questions to the cache at CACHE_URL, by what came of them",
                 {{"outcome", outcome}})
        .add();
}

service_metrics::request_series& service_metrics::series_of(const http::served& s) {
    const std::string_view route = s.pattern.empty() ? "unmatched" : s.pattern;
    key_.assign(route);
    key_ += static_cast<char>(s.req.method);
    key_ += static_cast<char>(s.status / 10);
    key_ += static_cast<char>(s.status % 10);
    const auto known = requests_.find(key_);
    if (known != requests_.end()) return known->second;
    const std::string method(http::to_string(s.req.method));
    request_series made{
        registry_.counter("todo_http_requests_total", "HTTP requests answered",
                          {{"method", method}, {"route", std::string(route)}, {"status", std::to_string(s.status)}}),
        registry_.histogram("todo_http_request_duration_seconds", "From the whole request to the whole response",
                            {{"method", method}, {"route", std::string(route)}})};
    return requests_.emplace(key_, made).first->second;
}

void service_metrics::backlog(std::int64_t pending, double oldest_seconds) {
    outbox_pending_.set(static_cast<double>(pending));
    outbox_oldest_.set(oldest_seconds);
}

void service_metrics::pool(const pg::pool::counts& c) {
    pool_size_.set(static_cast<double>(c.size));
    pool_in_use_.set(static_cast<double>(c.in_use));
    pool_idle_.set(static_cast<double>(c.idle));
    pool_waiting_.set(static_cast<double>(c.waiting));
}

}  // namespace tidings::todo_be
