// The HTTP/1.1 server: every connection bounded in size and time, every error answered as problem+json.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>

#include "http/server/router.hpp"
#include "http/server/server_options.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

class server {
  public:
    // Binds immediately. Throws boost::system::system_error naming address and port when that fails.
    server(runtime::asio::io_context& ctx, server_options options, router routes);
    ~server();

    std::uint16_t port() const;
    std::size_t connections() const;

    // Accepts no more, answers the requests in flight, and those that idle connections send within a second, with
    // `Connection: close`; closes what stays idle, and returns when all connections have ended or `limit` is over (then
    // the rest are cut). Call once.
    runtime::task<> stop(std::chrono::milliseconds limit);

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace tidings::http
