// Sends webhooks to one origin (scheme, host, port) over keep-alive connections. Built for throughput: the caller
// supplies the request as bytes; one write, one read, and a parser that keeps only what a sender needs.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/client/url.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

namespace client {
class pool;
}

// Why an attempt got no (usable) response.
enum class transport_error {
    none = 0,            // a response arrived; see reply::status
    resolve_failed,      // the name has no address
    address_refused,     // the name leads to a loopback, private or link-local address, and those are not allowed
    connect_failed,      // refused or unreachable
    tls_failed,          // handshake, or a certificate that does not fit host or trusted authorities
    timeout,             // the total deadline passed
    closed,              // the connection ended before the response was complete
    malformed_response,  // not HTTP/1.x that curl would take, or a head over 300 KiB
    cancelled,           // origin::cancel() or its destructor
};
std::string_view to_string(transport_error e);  // "connect_failed", as used for metric labels and attempt records

struct reply {
    transport_error error = transport_error::none;
    unsigned status = 0;      // 100..999; 0 when error != none
    std::string retry_after;  // the raw header; empty when absent. Set for 429 and 503 only
    std::string_view body;    // at most options.response_limit bytes; borrowed for the call
    bool body_cut = false;    // there was more; the connection is then not reused
    std::string_view reason;  // for people: "Connection refused"; borrowed for the call
    std::chrono::steady_clock::duration took{};
};

struct origin_options {
    std::size_t connections = 32;          // at most, opened when needed, closed after 60 s without use
    std::size_t response_limit = 4'096;    // bytes of a response's body that are read and kept
    bool allow_private_addresses = false;  // loopback, RFC 1918, link-local, unique local, CGNAT, unspecified
    bool verify_tls = true;
    std::string ca_file;  // PEM; empty: the system's authorities
};

class origin {
  public:
    // Does no I/O yet. Throws boost::system::system_error when ca_file cannot be read.
    origin(runtime::asio::io_context& ctx, const url_parts& where, const origin_options& options);
    // Pending sends are answered `cancelled` from within the destructor.
    ~origin();
    origin(const origin&) = delete;
    origin& operator=(const origin&) = delete;

    using on_reply = std::function<void(const reply&)>;

    // Sends one whole HTTP/1.1 request and reads one response. `bytes` must stay valid until `done` is called.
    // Pre: in_flight() < options.connections. `done` is called exactly once, from the loop, never from within send().
    // `deadline` is the total: resolving, connecting, TLS, writing, and reading head and body.
    // If the peer closes a kept-alive connection before any byte of the response, the request is sent again over a new
    // one: that is not a failure (nginx closes after 1,000 requests). Redirects are never followed.
    void send(std::string_view bytes, runtime::duration deadline, on_reply done);

    std::size_t in_flight() const;
    std::size_t capacity() const { return connections_; }

    // Ends every send in flight with `cancelled`.
    void cancel();

  private:
    std::shared_ptr<client::pool> pool_;
    std::size_t connections_;
    std::size_t response_limit_;
};

}  // namespace tidings::http
