// One connection to a server of the Redis protocol. Always owned by a shared_ptr: its timer may still be pending.
#pragma once

#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "http/client/stream.hpp"
#include "redis/replies.hpp"
#include "redis/url.hpp"
#include "runtime/task.hpp"

namespace tidings::redis {

// Why a connection is of no use any more.
struct lost {
    std::string why;
};

class link : public std::enable_shared_from_this<link> {
  public:
    using on_reply = std::function<void(reply)>;

    // `tls`: as http::client::stream. `most_bytes`: of one reply.
    link(const runtime::executor& ex, runtime::asio::ssl::context* tls, std::size_t most_bytes)
        : ex_(ex), stream_(ex, tls), timer_(ex), replies_(most_bytes) {}

    // Both throw lost, or system_error when the surrounding task was cancelled.
    // Connects and logs in.
    runtime::task<> open(server_address where);
    // Sends commands, and reads as many replies, in order.
    runtime::task<> exchange(std::string commands, std::size_t count, on_reply told);

    // What is under way is lost when it takes longer, until rest().
    void close_in(runtime::duration limit);
    void rest() { timer_.cancel(); }
    void close();

  private:
    runtime::task<> connect(const server_address& where);
    runtime::task<> login(const server_address& where);
    void require(const boost::system::error_code& failure) const;

    runtime::executor ex_;
    http::client::stream stream_;
    runtime::steady_timer timer_;
    bool overdue_ = false;
    replies replies_;
    std::array<char, 16 * 1024> buffer_{};
};

}  // namespace tidings::redis
