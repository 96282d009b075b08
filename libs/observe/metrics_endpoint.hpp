// GET /metrics on a separate port, served by its own thread. Internal to libs/observe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tidings::observe {

// No client can keep others out: the thread waits for no single one, a scrape has ten seconds in all, and with 64 open
// the oldest is closed for the next.
class metrics_endpoint {
  public:
    // `address` is an IP literal; port 0 picks a free one. `text` is called on the endpoint's thread, once for each
    // scrape. Throws std::runtime_error naming address and port when it cannot listen there.
    metrics_endpoint(const std::string& address, std::uint16_t port, std::function<std::string()> text);
    // Returns within milliseconds.
    ~metrics_endpoint();
    metrics_endpoint(const metrics_endpoint&) = delete;
    metrics_endpoint& operator=(const metrics_endpoint&) = delete;

    std::uint16_t port() const;

  private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace tidings::observe
