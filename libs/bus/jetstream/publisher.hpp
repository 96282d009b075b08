// Many publishes in flight to a stream, each answered by its ack: the relay's way out and the attempt recorder's.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "bus/connection/connection.hpp"

namespace tidings::bus {

struct publish_ack {
    boost::system::error_code failure;  // none: stored
    std::uint64_t sequence = 0;
    bool duplicate = false;  // the stream had that Nats-Msg-Id already
};

class publisher {
  public:
    // `ack_timeout`: after it an ack counts as lost (errc::timeout). One sweep timer serves all.
    publisher(runtime::asio::io_context& ctx, connection& c,
              std::chrono::milliseconds ack_timeout = std::chrono::seconds(2));
    ~publisher();  // pending acks are answered `disconnected`

    // Publishes and calls `on_ack` exactly once, from the loop and never from within publish(): with the ack, at the
    // timeout, or as `disconnected` when the connection is (or gets) lost. In the order of the calls on the wire.
    // no_responders: no stream listens on the subject. What is in flight when a stream disappears costs the timeout.
    void publish(std::string_view subject, const headers& h, std::string_view payload,
                 std::function<void(const publish_ack&)> on_ack);

    std::size_t in_flight() const;

  private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace tidings::bus
