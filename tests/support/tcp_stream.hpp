// A blocking TCP connection to a loopback (or named) host, with one deadline for everything.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "support/http_answer.hpp"

namespace tidings::support {

class tcp_stream {
  public:
    using clock = std::chrono::steady_clock;
    // Throws std::runtime_error when the connection is refused.
    tcp_stream(const std::string& host, const std::string& port, clock::time_point deadline);
    ~tcp_stream();
    tcp_stream(const tcp_stream&) = delete;
    tcp_stream& operator=(const tcp_stream&) = delete;

    // False when the peer has closed, or at the deadline.
    bool write(const std::string& bytes);
    // Appends what has arrived to `into`; false at the end of the stream, on a reset, or at the deadline.
    bool read_some(std::string& into);
    enum class body {
        whole,    // however its end is marked
        counted,  // if the head has its length; chunks are left for read_some()
        none      // for a response to HEAD
    };
    // The next HTTP response; nullopt if it is incomplete. Throws std::runtime_error if it is not HTTP.
    std::optional<http_answer> read_answer(body wanted = body::whole);

  private:
    bool wait_for(short event);
    int fd_ = -1;
    clock::time_point deadline_;
    std::string read_ahead_;  // received after the last response
};

}  // namespace tidings::support
