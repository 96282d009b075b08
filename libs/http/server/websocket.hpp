// The server's side of a WebSocket (RFC 6455), with permessage-deflate (RFC 7692) for clients that ask for it.
//
// What a client does wrong ends the connection with the close code for it: a frame against the protocol 1002, binary
// messages 1003, text that is not UTF-8 1007, a message over the limit 1009. Its pings are answered, its text messages
// are read and dropped.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>

#include "http/message/request.hpp"
#include "http/message/response.hpp"

namespace tidings::http {

inline constexpr std::uint16_t close_normal = 1000, close_going_away = 1001, close_try_again_later = 1013;

struct websocket_options {
    std::size_t message_limit = 4 * std::size_t{1024};  // of a message from the client, in bytes
    // A client that is silent for half as long is pinged; one that stays silent is cut off.
    std::chrono::milliseconds silence{30'000};
    std::size_t compress_from = 256;  // smaller messages are sent as they are
    int send_buffer = 0;              // of the system, in bytes; 0: as the system likes
};

class websocket {
  public:
    virtual ~websocket() = default;

    // Sends a text message; `text` must live until then. One at a time. False: the connection is over.
    virtual runtime::task<bool> send(std::string_view text) = 0;
    // Ends the connection, unless it is over. At most 123 bytes of `reason`.
    virtual runtime::task<> close(std::uint16_t code, std::string_view reason) = 0;
    // Called once, when the client has left or did something wrong.
    virtual void on_over(std::function<void()> f) = 0;
};

// Upgrades the connection and runs `body`; the connection ends with it, with 1001 when the server stops. A request that
// is no handshake is answered with 426 or 400.
response accept_websocket(const request& r, websocket_options options, std::function<runtime::task<>(websocket&)> body);

}  // namespace tidings::http
