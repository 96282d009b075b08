// A blocking TCP connection to a loopback (or named) host, with one deadline for everything.
#pragma once

#include <chrono>
#include <string>

namespace tidings::support {

class tcp_stream {
  public:
    using clock = std::chrono::steady_clock;
    // Throws std::runtime_error when nobody accepts.
    tcp_stream(const std::string& host, const std::string& port, clock::time_point deadline);
    ~tcp_stream();
    tcp_stream(const tcp_stream&) = delete;
    tcp_stream& operator=(const tcp_stream&) = delete;

    // False when the peer has closed, or at the deadline.
    bool write(const std::string& bytes);
    // Appends what has arrived to `into`; false at the end of the stream, on a reset, or at the deadline.
    bool read_some(std::string& into);

  private:
    bool wait_for(short event);
    int fd_ = -1;
    clock::time_point deadline_;
};

}  // namespace tidings::support
