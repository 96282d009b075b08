// Accepts connections: starts a session for each, and turns clients away when the server is full. Internal to
// libs/http/server.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "http/server/descriptors.hpp"
#include "http/server/server_context.hpp"
#include "http/server/session_io.hpp"

namespace tidings::http {

class listener : public std::enable_shared_from_this<listener> {
  public:
    listener(const runtime::executor& ex, std::shared_ptr<server_context> context);

    // Binds and begins to accept. Throws boost::system::system_error naming address and port.
    void start();
    void close();
    std::uint16_t port() const { return port_; }

  private:
    static runtime::task<> accept(std::shared_ptr<listener> self);
    void welcome(tcp_socket socket, const runtime::asio::ip::tcp::endpoint& peer);
    void turn_away_waiting();
    void report_full(const std::string& what);

    runtime::asio::basic_socket_acceptor<runtime::asio::ip::tcp, runtime::executor> acceptor_;
    std::shared_ptr<server_context> context_;
    const std::size_t descriptors_;  // that the process may open
    const std::size_t most_connections_;
    spare_descriptor spare_;
    growing_pause full_reported_;
    std::uint16_t port_ = 0;
    bool closed_ = false;
};

}  // namespace tidings::http
