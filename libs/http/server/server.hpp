// The HTTP/1.1 server: every connection bounded in size and time, every error answered as problem+json.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "http/server/router.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

struct server_options {
    std::string address = "0.0.0.0";
    std::uint16_t port = 0;                             // 0: a free one
    std::string set_by = "LISTEN_ADDRESS and PORT";     // how to choose another place, for the error when it is taken
    std::size_t header_limit = 16 * std::size_t{1024};  // bytes of request line and headers -> 431
    std::size_t body_limit = 64 * std::size_t{1024};  // bytes -> 413, told from Content-Length before reading the body
    // Further ones are answered 503 with Retry-After and closed. Fewer where the process may not open so many
    // descriptors: a quarter of those is left for other uses.
    std::size_t connection_limit = 16'384;
    std::chrono::milliseconds header_timeout{10'000};   // from the first byte to the end of the headers -> 408
    std::chrono::milliseconds body_timeout{20'000};     // for the whole body -> 408
    std::chrono::milliseconds idle_timeout{75'000};     // between requests; then the connection is closed
    std::chrono::milliseconds write_timeout{20'000};    // a client that does not read is cut off
    std::chrono::milliseconds handler_timeout{30'000};  // a handler that takes longer -> 503; it is cancelled
    // What the requests under way may hold together, in bytes; a body beyond it is answered 503 with Retry-After.
    std::size_t body_budget = 64 * std::size_t{1024} * 1024;
    // Told what keeps clients out (no descriptor left, too many connections) and how to mend it; at growing intervals.
    std::function<void(const std::string&)> on_full;
    // Against DNS rebinding: a request for a host that is neither local nor one of these is answered 421, but for
    // health routes (see host_is_local_or_allowed).
    bool check_host = false;
    std::vector<std::string> allowed_hosts;  // names without a port; "*": any
};

// Whether an address that server_options takes is reached from this machine only.
bool is_loopback(const std::string& address);

// Called once per answered request, also for those the server itself refused; `pattern` is the route's, or "" for none.
struct served {
    const request& req;
    std::string_view pattern;
    unsigned status;
    std::chrono::steady_clock::duration took;
};
using observer = std::function<void(const served&)>;

class server {
  public:
    // Binds at once. Throws boost::system::system_error naming address and port when that fails. The router is copied.
    server(runtime::asio::io_context& ctx, server_options options, router routes, observer on_served = {});
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

// A handler that throws is answered 500 and logged through this hook (libs/http knows no log). Set it before serving.
using failure_hook = std::function<void(const request&, const std::exception&)>;
void on_handler_failure(failure_hook hook);

}  // namespace tidings::http
