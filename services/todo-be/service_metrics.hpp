// The metrics of todo-be (names as in docs/operations.md), and where their values come from.
#pragma once

#include <string>
#include <unordered_map>

#include "http/server/server_options.hpp"
#include "observe/metrics.hpp"
#include "pg/pool.hpp"

namespace tidings::todo_be {

class service_metrics {
  public:
    explicit service_metrics(observe::metrics& registry);

    void served(const http::served& s);
    void published() { events_published_.add(); }
    void batch(std::size_t rows) { batch_rows_.observe(static_cast<double>(rows)); }
    void leading(bool leads) { relay_leader_.set(leads ? 1 : 0); }
    void backlog(std::int64_t pending, double oldest_seconds);
    void streams(std::size_t open) { streams_.set(static_cast<double>(open)); }
    void streamed(std::size_t events) { streamed_.add(static_cast<double>(events)); }
    void cut_off() { cut_off_.add(); }
    void pool(const pg::pool::counts& c);
    void looked_up(const char* answered_by);
    void cache_asked(const char* outcome);
    void token_end(double at) { token_end_.set(at); }
    void cache_connected(bool yes) { cache_connected_.set(yes ? 1 : 0); }
    void rates_shared(bool yes) { rates_shared_.set(yes ? 1 : 0); }

  private:
    struct request_series {
        observe::counter total;
        observe::histogram seconds;
    };
    request_series& series_of(const http::served& s);

    observe::metrics& registry_;
    // Looked up once per combination: the registry's own lookup builds label maps.
    std::unordered_map<std::string, request_series> requests_;
    std::string key_;
    observe::counter events_published_;
    observe::gauge outbox_pending_, outbox_oldest_, relay_leader_;
    observe::gauge pool_size_, pool_in_use_, pool_idle_, pool_waiting_;
    observe::counter read_from_memory_, read_from_cache_, read_from_database_;
    observe::gauge cache_connected_, rates_shared_, token_end_;
    observe::gauge streams_;
    observe::counter streamed_, cut_off_;
    observe::histogram batch_rows_;
};

}  // namespace tidings::todo_be
