// GET /metrics on a port of its own, served by threads of its own. Private to the room.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include <cstdint>
#include <memory>

namespace tidings::observe {

class metrics_endpoint {
  public:
    // On 0.0.0.0; 0 picks a free port. Throws std::runtime_error naming the port when it is taken.
    explicit metrics_endpoint(std::uint16_t port);
    // Returns within milliseconds.
    ~metrics_endpoint();
    metrics_endpoint(const metrics_endpoint&) = delete;
    metrics_endpoint& operator=(const metrics_endpoint&) = delete;

    void add(const std::weak_ptr<prometheus::Collectable>& source) { exposer_->RegisterCollectable(source); }
    std::uint16_t port() const { return port_; }

  private:
    std::unique_ptr<prometheus::Exposer> exposer_;
    std::uint16_t port_ = 0;
};

}  // namespace tidings::observe
