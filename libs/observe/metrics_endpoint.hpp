// GET /metrics on a port of its own, served by threads of its own. Private to the room.
#pragma once

#include <prometheus/collectable.h>
#include <prometheus/exposer.h>

#include <cstdint>
#include <memory>
#include <string>

namespace tidings::observe {

class metrics_endpoint {
  public:
    // `address` is an IP literal; port 0 picks a free one. Throws std::runtime_error naming both when it cannot listen.
    metrics_endpoint(const std::string& address, std::uint16_t port);
    // Returns within milliseconds.
    ~metrics_endpoint();
    metrics_endpoint(const metrics_endpoint&) = delete;
    metrics_endpoint& operator=(const metrics_endpoint&) = delete;

    void add(const std::weak_ptr<prometheus::Collectable>& source) { exposer_->RegisterCollectable(source); }
    std::uint16_t port() const { return port_; }

  private:
    std::string address_;
    std::unique_ptr<prometheus::Exposer> exposer_;
    std::uint16_t port_ = 0;
};

}  // namespace tidings::observe
