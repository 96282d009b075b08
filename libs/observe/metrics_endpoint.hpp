// GET /metrics on a port of its own, served by a thread of its own. Private to the room.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace tidings::observe {

// Nobody can keep others out: the thread waits for no single client, a scrape has ten seconds in all, and of 64 at once
// the oldest makes room for the next.
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
