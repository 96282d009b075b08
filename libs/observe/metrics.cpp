#include "observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <list>
#include <mutex>
#include <sstream>

#include "observe/metric_name.hpp"
#include "observe/metrics_endpoint.hpp"
#include "observe/process_metrics.hpp"
#include "runtime/version.hpp"

namespace tidings::observe {

namespace {

prometheus::Labels checked(const std::string& name, labels l) {
    check_metric_name(name);
    prometheus::Labels out;
    for (const auto& [key, value] : l) {
        check_label_name(name, key);
        out.emplace(key, value);
    }
    return out;
}

template <class Family, class... How>
void remove_from(Family& family, const prometheus::Labels& l, const How&... how) {
    if (family.Has(l)) family.Remove(&family.Add(l, how...));
}

}  // namespace

void counter::add(double n) {
    if (counter_ != nullptr) counter_->Increment(n);
}

void gauge::set(double value) {
    if (gauge_ != nullptr) gauge_->Set(value);
}

void gauge::add(double n) {
    if (gauge_ != nullptr) gauge_->Increment(n);
}

void histogram::observe(double value) {
    if (histogram_ != nullptr) histogram_->Observe(value);
}

std::vector<double> duration_buckets() {
    return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
}

struct metrics::state {
    std::shared_ptr<prometheus::Registry> registry = std::make_shared<prometheus::Registry>();
    std::shared_ptr<process_metrics> process = std::make_shared<process_metrics>();
    std::mutex tables_mutex;
    std::list<series_table> tables;
    std::unique_ptr<metrics_endpoint> endpoint;  // last: its thread ends before what it reads
};

metrics::metrics(std::string service) : state_(std::make_unique<state>()) {
    gauge("build_info", "Program, version and commit; always 1.",
          {{"service", std::move(service)},
           {"version", std::string(runtime::version())},
           {"commit", std::string(runtime::commit())}})
        .set(1);
}

metrics::~metrics() = default;

counter metrics::counter(const std::string& name, const std::string& help, labels l) {
    const auto checked_labels = checked(name, l);
    auto& family = prometheus::BuildCounter().Name(name).Help(help).Register(*state_->registry);
    return observe::counter(family.Add(checked_labels));
}

gauge metrics::gauge(const std::string& name, const std::string& help, labels l) {
    const auto checked_labels = checked(name, l);
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(*state_->registry);
    return observe::gauge(family.Add(checked_labels));
}

histogram metrics::histogram(const std::string& name, const std::string& help, labels l,
                             const std::vector<double>& buckets) {
    const auto checked_labels = checked(name, l);
    auto& family = prometheus::BuildHistogram().Name(name).Help(help).Register(*state_->registry);
    return observe::histogram(family.Add(checked_labels, buckets));
}

series_table& metrics::table(const std::string& label, const std::vector<series_table::column>& columns) {
    const std::lock_guard hold(state_->tables_mutex);
    const auto known = std::ranges::find(state_->tables, columns.at(0).name, &series_table::first_name);
    return known != state_->tables.end() ? *known : state_->tables.emplace_back(label, columns);
}

void metrics::forget_counter(const std::string& name, const std::string& help, labels l) {
    remove_from(prometheus::BuildCounter().Name(name).Help(help).Register(*state_->registry), checked(name, l));
}

void metrics::forget_histogram(const std::string& name, const std::string& help, labels l) {
    remove_from(prometheus::BuildHistogram().Name(name).Help(help).Register(*state_->registry), checked(name, l),
                duration_buckets());
}

std::uint16_t metrics::serve(const std::string& address, std::uint16_t port) {
    state_->endpoint = std::make_unique<metrics_endpoint>(address, port, [this] { return text(); });
    return state_->endpoint->port();
}

std::string metrics::text() const {
    auto families = state_->registry->Collect();
    std::ranges::move(state_->process->Collect(), std::back_inserter(families));
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    auto text = std::move(out).str();
    const std::lock_guard hold(state_->tables_mutex);
    for (const auto& t : state_->tables)
        t.append_to(text);
    return text;
}

}  // namespace tidings::observe
