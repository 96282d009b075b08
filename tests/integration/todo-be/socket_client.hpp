// A client of the WebSocket that sends whatever frames a test wants.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "backend.hpp"
#include "support/tcp_stream.hpp"

namespace tidings::todo_be_test {

enum opcode : unsigned { continuation = 0, text = 1, binary = 2, closing = 8, ping = 9, pong = 10 };

struct frame {
    unsigned first = 0;  // FIN, reserved bits and opcode
    std::string payload;
};

class socket_client {
  public:
    // Sends the handshake and reads the head of its answer.
    explicit socket_client(std::uint16_t port, const std::string& query = {}, const headers& more = {});

    int status() const { return answer_.status; }
    std::string header(const std::string& name) const { return answer_.header(name); }

    // A masked frame; `first` as it goes out.
    void send(unsigned first, const std::string& payload);
    void send_raw(const std::string& bytes) { stream_.write(bytes); }
    // The next frame; nothing at the end of the connection.
    std::optional<frame> receive();
    // The code of the next close frame, whatever comes before; 0 when the connection ends without.
    unsigned close_code();

  private:
    bool need(std::size_t bytes);

    support::tcp_stream stream_;
    support::http_answer answer_;
    std::string raw_;
};

inline constexpr unsigned fin = 0x80;

}  // namespace tidings::todo_be_test
