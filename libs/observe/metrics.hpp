// Prometheus metrics and the exporter that serves them at GET /metrics on a separate port (7777).
//
// The exporter runs on its own thread, so that a busy event loop can still be scraped. Handles are cheap to copy and
// to use, thread-safe, and valid as long as the `metrics` object they came from.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "observe/series_table.hpp"

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace tidings::observe {

using labels = std::initializer_list<std::pair<std::string, std::string>>;

class counter {
  public:
    counter() = default;
    explicit counter(prometheus::Counter& c) : counter_(&c) {}
    void add(double n = 1);

  private:
    prometheus::Counter* counter_ = nullptr;  // null: counts nothing
};

class gauge {
  public:
    gauge() = default;
    explicit gauge(prometheus::Gauge& g) : gauge_(&g) {}
    void set(double value);
    void add(double n);

  private:
    prometheus::Gauge* gauge_ = nullptr;
};

class histogram {
  public:
    histogram() = default;
    explicit histogram(prometheus::Histogram& h) : histogram_(&h) {}
    void observe(double value);

  private:
    prometheus::Histogram* histogram_ = nullptr;
};

// Seconds: 0.5 ms ... 60 s, for requests and webhooks alike.
std::vector<double> duration_buckets();

class metrics {
  public:
    // Registers process_* (cpu_seconds_total, resident_memory_bytes, virtual_memory_bytes, open_fds, max_fds,
    // start_time_seconds, threads) and build_info{service,version,commit}.
    explicit metrics(std::string service);
    ~metrics();
    metrics(const metrics&) = delete;
    metrics& operator=(const metrics&) = delete;

    // The same name with other labels is another time series of the same family. The same name and labels: the same
    // handle.
    observe::counter counter(const std::string& name, const std::string& help, labels l = {});
    observe::gauge gauge(const std::string& name, const std::string& help, labels l = {});
    observe::histogram histogram(const std::string& name, const std::string& help, labels l = {},
                                 const std::vector<double>& buckets = duration_buckets());

    // Of the same first name: the same table. No other metric may have one of its names.
    series_table& table(const std::string& label, const std::vector<series_table::column>& columns);
    // End a time series, if there is one; its handle must not be used any more.
    void forget_counter(const std::string& name, const std::string& help, labels l);
    void forget_histogram(const std::string& name, const std::string& help, labels l);

    // Starts serving on `address` (an IP literal): `port`; 0 picks a free port. Returns the port. Throws
    // std::runtime_error naming both when it cannot listen there.
    std::uint16_t serve(const std::string& address, std::uint16_t port);
    std::uint16_t serve(std::uint16_t port) { return serve("0.0.0.0", port); }

    // The text exposition format; for tests and for the Pushgateway.
    std::string text() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace tidings::observe
