// Many publishes in flight to a stream, each completed by its ack.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/publish_reply.hpp"

namespace tidings::bus {

class publisher {
  public:
    // `ack_timeout`: after it an ack counts as lost (errc::timeout); longer after acks came later than that. One timer
    // serves all.
    publisher(runtime::asio::io_context& ctx, connection& c,
              std::chrono::milliseconds ack_timeout = std::chrono::seconds(2));
    ~publisher();  // publishes in flight complete with `disconnected`

    // Publishes and calls `on_ack` exactly once, from the loop and never from within publish(): with the ack, at the
    // timeout, or as `disconnected` when the connection is (or gets) lost. In the order of the calls on the wire.
    // no_responders: no stream has the subject. What is in flight when a stream disappears costs the timeout.
    void publish(std::string_view subject, const headers& h, std::string_view payload,
                 std::function<void(const publish_ack&)> on_ack);

    std::size_t in_flight() const;

  private:
    class sender;
    std::shared_ptr<sender> sender_;
};

}  // namespace tidings::bus
