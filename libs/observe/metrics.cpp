#include "observe/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cctype>
#include <sstream>
#include <stdexcept>
#include <string_view>

#include "observe/metrics_endpoint.hpp"
#include "observe/process_metrics.hpp"
#include "runtime/version.hpp"

namespace tidings::observe {

namespace {

// https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
bool is_name(std::string_view name, bool colons) {
    const auto fits = [colons](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || (colons && c == ':');
    };
    return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
           std::ranges::all_of(name, fits);
}

prometheus::Labels checked(const std::string& name, labels l) {
    if (!is_name(name, true)) throw std::invalid_argument("'" + name + "' is not a valid metric name");
    prometheus::Labels out;
    for (const auto& [key, value] : l) {
        if (!is_name(key, false) || key.starts_with("__") || key == "le")
            throw std::invalid_argument(
                std::string("'").append(key).append("' is not a valid label name of ").append(name));
        out.emplace(key, value);
    }
    return out;
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
    std::unique_ptr<metrics_endpoint> endpoint;  // last: its thread ends before what it reads
};

metrics::metrics(std::string service) : state_(std::make_unique<state>()) {
    gauge("build_info", "Program and version; always 1.",
          {{"service", std::move(service)}, {"version", std::string(runtime::version())}})
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

std::uint16_t metrics::serve(const std::string& address, std::uint16_t port) {
    state_->endpoint = std::make_unique<metrics_endpoint>(address, port, [this] { return text(); });
    return state_->endpoint->port();
}

std::string metrics::text() const {
    auto families = state_->registry->Collect();
    std::ranges::move(state_->process->Collect(), std::back_inserter(families));
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return out.str();
}

}  // namespace tidings::observe
