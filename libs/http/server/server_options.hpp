// What a server is to be like: where it listens, its limits, and who is notified of what.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message/request.hpp"
#include "http/server/cors.hpp"

namespace tidings::http {

// One request that was answered, also by the server itself; `pattern` is the route's, or "" for none.
struct served {
    const request& req;
    std::string_view pattern;
    unsigned status;  // 0: cut
    std::chrono::steady_clock::duration took;
};

struct server_options {
    std::string address = "0.0.0.0";
    std::uint16_t port = 0;                             // 0: a free one
    std::string set_by = "LISTEN_ADDRESS and PORT";     // how to choose another place, for the error when it is taken
    std::size_t header_limit = 16 * std::size_t{1024};  // bytes of request line and headers -> 431
    // Bytes -> 413, from Content-Length before the body is read. Routes may have their own; so for the next two.
    std::size_t body_limit = 64 * std::size_t{1024};
    std::chrono::milliseconds body_timeout{20'000};     // for the whole body, of a streamed one for each piece -> 408
    std::chrono::milliseconds handler_timeout{30'000};  // a handler that takes longer -> 503; it is cancelled
    // Further ones are answered 503 with Retry-After and closed. Lowered when the process may not open enough
    // descriptors: a quarter of them is left for other uses.
    std::size_t connection_limit = 16'384;
    std::chrono::milliseconds header_timeout{10'000};  // from the first byte to the end of the headers -> 408
    std::chrono::milliseconds idle_timeout{75'000};    // between requests; then the connection is closed
    std::chrono::milliseconds write_timeout{20'000};   // a client that does not read is cut off
    // What all requests in progress may hold, in bytes; a body beyond it is answered 503 with Retry-After.
    std::size_t body_budget = 64 * std::size_t{1024} * 1024;
    // Against DNS rebinding: a request for a host that is neither local nor one of these is answered 421, except by
    // routes with any_host (see host_is_local_or_allowed).
    bool check_host = false;
    std::vector<std::string> allowed_hosts;  // names without a port; "*": any

    bool compress = false;  // larger bodies, for clients that take gzip or zstd
    cors_options cors;

    std::function<void(const served&)> on_served;
    // A handler threw, which was answered 500, or a body stream, which was cut.
    std::function<void(const request&, const std::exception&)> on_failure;
    // Why clients cannot be accepted (no descriptor left, too many connections) and the remedy; at growing intervals.
    std::function<void(const std::string&)> on_full;
};

}  // namespace tidings::http
