// What Prometheus takes for a name: https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels
#pragma once

#include <string>

namespace tidings::observe {

// Both throw std::invalid_argument.
void check_metric_name(const std::string& name);
void check_label_name(const std::string& metric_name, const std::string& label);

}  // namespace tidings::observe
