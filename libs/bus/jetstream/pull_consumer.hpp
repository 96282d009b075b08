// A pull consumer seen from one replica: keeps as many messages requested as the caller has capacity for, and
// no more. Whether they are acked is the caller's affair.
//
// cnats 3.4.1's own Fetch overflows the heap (fixed in 3.9): requests go to $JS.API.CONSUMER.MSG.NEXT by hand.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "bus/connection/connection.hpp"

namespace tidings::bus {

// A message with what its reply subject says ($JS.ACK.<stream>.<consumer>.<delivered>.<sseq>.<cseq>.<ns>.<pending>).
struct delivery {
    message msg;
    std::uint64_t stream_sequence = 0;
    std::uint64_t consumer_sequence = 0;
    std::uint64_t delivered = 1;  // 1: the first time
    std::int64_t stored_ns = 0;   // when the stream stored it, ns since the epoch
    std::uint64_t pending = 0;    // further messages waiting for this consumer
};

class pull_consumer {
  public:
    struct options {
        std::string stream;
        std::string durable;
        std::chrono::milliseconds expires{5'000};  // of one pull request; pausing takes effect within it
        std::size_t batch = 256;                   // the most that one request asks for
        std::size_t max_bytes = 0;  // of one request, headers included, 0: unlimited; never below max_payload
    };
    // Does not create the consumer. `on_missing` is called (on the loop) when the
    // server says that the consumer or stream does not exist (or after a pull without responders), `on_silent` when a
    // pull got no answer at all: the consumer's server hangs, or is gone.
    pull_consumer(connection& c, runtime::asio::io_context& ctx, options o, std::function<void(delivery)> on_delivery,
                  std::function<void()> on_missing, std::function<void()> on_silent = {});
    ~pull_consumer();

    // How many more messages the caller can take from now on, outstanding ones included. They are requested once at
    // least half of `batch` (or all of a smaller capacity) is free. 0 stops requesting; outstanding messages may still
    // arrive.
    void set_capacity(std::size_t messages);
    std::size_t outstanding() const;  // requested and not yet arrived, expired or refused

  private:
    class puller;
    std::shared_ptr<puller> puller_;
};

}  // namespace tidings::bus
