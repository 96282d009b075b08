// A network between a client and a server, on loopback, that can be cut, hold everything back, and be slow. It works on
// a thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>

namespace tidings::support {

class tcp_relay {
  public:
    explicit tcp_relay(std::uint16_t to_port);
    ~tcp_relay();
    tcp_relay(const tcp_relay&) = delete;
    tcp_relay& operator=(const tcp_relay&) = delete;

    std::uint16_t port() const;
    // Ends all connections, and every new one.
    void cut();
    void mend();
    // A partition: from now on nothing arrives at either side, nor that a connection has ended, until let_go(); then
    // all of it does, unless the connections were cut.
    void hold();
    void let_go();
    // What the server sends from now on arrives so much later; the greeting of a new connection does not.
    void delay_answers(std::chrono::milliseconds by);
    void delay_both_ways(std::chrono::milliseconds by);

  private:
    class impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace tidings::support
