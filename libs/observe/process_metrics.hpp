// What Linux knows of this process, under the names that Prometheus' own client libraries use.
#pragma once

#include <prometheus/collectable.h>

namespace tidings::observe {

// Reads /proc at every scrape; what cannot be read is left out.
class process_metrics : public prometheus::Collectable {
  public:
    std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace tidings::observe
