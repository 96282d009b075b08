// A client's loop for tests: sends through an origin and runs the loop until the reply is there.
#pragma once

#include <boost/asio/io_context.hpp>
#include <optional>
#include <string>

#include "client_peer.hpp"
#include "http/client/origin.hpp"
#include "http/client/pool.hpp"

namespace tidings::test {

using namespace std::chrono_literals;

// A reply that outlives the call.
struct kept_reply {
    http::transport_error error = http::transport_error::none;
    unsigned status = 0;
    std::string retry_after;
    std::string body;
    bool body_cut = false;
    std::string reason;
    std::chrono::steady_clock::duration took{};
};
kept_reply keep(const http::reply& r);

inline const std::string a_post = "POST / HTTP/1.1\r\nHost: peer\r\nContent-Length: 2\r\n\r\nhi";
inline const std::string ok_response = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
// Answers every request with ok_response.
inline peer::script answering() {
    return [](peer_connection& c, int) {
        while (!c.read_request().empty())
            c.send(ok_response);
    };
}

// Loopback is allowed, as every test needs it.
http::origin_options local_options();
http::client::pool_key local_key(const std::string& url, bool allow_private = true);

class caller {
  public:
    explicit caller(const std::string& url, http::origin_options options = local_options());

    // Sends `bytes` and waits for the reply.
    kept_reply ask(const std::string& bytes = a_post, std::chrono::milliseconds deadline = 10s);
    // Runs the loop until `condition` holds; false after `limit`.
    bool run_until(const std::function<bool()>& condition, std::chrono::milliseconds limit = 20s);

    boost::asio::io_context ctx{1};
    std::optional<http::origin> origin;
};

}  // namespace tidings::test
