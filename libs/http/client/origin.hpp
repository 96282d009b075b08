// Sends webhooks to one origin (scheme, host, port) over keep-alive connections, which it shares with all senders of
// the loop to the same origin with the same settings. Built for throughput: the caller supplies the request as bytes;
// one write, one read, and a parser that keeps only what a sender needs.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "http/client/url.hpp"
#include "runtime/lifetime.hpp"
#include "runtime/task.hpp"

namespace tidings::http {

namespace client {
class pool;
struct pool_key;
}  // namespace client

// A request in two pieces that are written together, so that one that many requests share need not be copied for each.
struct request_bytes {
    request_bytes() = default;
    request_bytes(std::string_view h, std::string_view b) : head(h), body(b) {}
    request_bytes(std::string_view all) : head(all) {}
    request_bytes(const std::string& all) : head(all) {}

    bool empty() const { return head.empty() && body.empty(); }
    void remove_prefix(std::size_t n) {
        const auto from_head = n < head.size() ? n : head.size();
        head.remove_prefix(from_head);
        body.remove_prefix(n - from_head);
    }

    std::string_view head, body;
};

// Why an attempt got no (usable) response.
enum class transport_error {
    none = 0,            // a response arrived; see reply::status
    resolve_failed,      // the name has no address
    address_refused,     // the name leads to a loopback, private or link-local address, and those are not allowed
    connect_failed,      // refused or unreachable
    tls_failed,          // handshake, a certificate that does not fit host or authorities, or no authorities to be read
    timeout,             // the total deadline passed
    closed,              // the connection ended before the response was complete
    malformed_response,  // not HTTP/1.x that curl would take, or a head over 300 KiB
    no_descriptors,      // this process, or the machine, had too many files open until the deadline
    cancelled,           // origin::cancel() or its destructor
};
std::string_view to_string(transport_error e);  // "connect_failed", as used for metric labels and attempt records

struct reply {
    transport_error error = transport_error::none;
    unsigned status = 0;                            // 100..999; 0 when error != none
    std::string retry_after;                        // the raw header; empty when absent. Set for 429 and 503 only
    std::string_view body;                          // at most options.response_limit bytes; borrowed for the call
    bool body_cut = false;                          // there was more; the connection is then not reused
    std::string_view reason;                        // for people: "Connection refused"; borrowed for the call
    std::chrono::steady_clock::time_point ended{};  // with `took`, when it was sent
    std::chrono::steady_clock::duration took{};
};

struct origin_options {
    std::size_t connections = 32;          // in use at most; opened when needed, closed after 60 s without use
    std::size_t response_limit = 4'096;    // bytes of a response's body that are read and kept
    bool allow_private_addresses = false;  // loopback, RFC 1918, link-local, unique local, CGNAT, unspecified
    bool verify_tls = true;
    std::string ca_file;  // PEM; empty: the system's authorities
};

class origin {
  public:
    // Does no I/O yet, and takes no more memory than its names.
    origin(runtime::asio::io_context& ctx, const url_parts& where, const origin_options& options);
    // Pending sends are answered `cancelled` from within the destructor.
    ~origin();
    origin(const origin&) = delete;
    origin& operator=(const origin&) = delete;

    using on_reply = std::function<void(const reply&)>;

    // Sends one whole HTTP/1.1 request and reads one response. `r` must stay valid until `done` is called.
    // Pre: in_flight() < options.connections. `done` is called exactly once, from the loop, never from within send().
    // `deadline` is the total: resolving, connecting, TLS, writing, and reading head and body.
    // If the peer closes a kept-alive connection before any byte of the response, the request is sent again over a new
    // one: that is not a failure (nginx closes after 1,000 requests). Redirects are never followed.
    void send(request_bytes r, runtime::duration deadline, on_reply done);

    std::size_t in_flight() const { return in_flight_; }
    std::size_t capacity() const { return connections_; }

    // Ends every send in flight with `cancelled`.
    void cancel();

  private:
    struct unsent;
    std::shared_ptr<client::pool> join();
    void answer_later(std::string why, on_reply done);

    runtime::asio::io_context& ctx_;
    std::unique_ptr<const client::pool_key> key_;
    std::weak_ptr<client::pool> pool_;  // ends when nobody has used it for a while
    std::size_t connections_;
    std::size_t response_limit_;
    std::size_t in_flight_ = 0;
    std::list<unsent> unsent_;  // of these, what could not be sent at all: answered on the loop
    bool closed_ = false;
    runtime::lifetime alive_;
};

}  // namespace tidings::http
