// JetStream's administration over bus::connection, as JSON requests to $JS.API (ADR-5 of nats-architecture-and-design):
// asynchronous, where cnats' own js_* calls block. Works with nats-server 2.9 and later.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "bus/connection/connection.hpp"
#include "bus/jetstream/consumer.hpp"
#include "bus/jetstream/result.hpp"
#include "bus/jetstream/stored_messages.hpp"
#include "bus/jetstream/stream.hpp"

namespace tidings::bus {

class jetstream {
  public:
    explicit jetstream(connection& c, std::chrono::milliseconds deadline = std::chrono::seconds(5))
        : bus_(c), messages_(c, deadline), deadline_(deadline) {}

    // Creates the stream, or widens the one that is there until it covers `c`: subjects, retention and duplicate window
    // only ever grow, and the number of replicas stays. Others who share the stream, a service or an operator, may need
    // more than we do, and lowering a limit deletes messages.
    runtime::task<result<stream_info>> ensure_stream(stream_config c);
    runtime::task<result<stream_info>> stream(std::string name);
    // Sets max_bytes of a stream that is there: deletes its oldest messages when it holds more. The server refuses
    // what it or the account has not to give.
    runtime::task<result<stream_info>> limit_stream(std::string name, std::int64_t max_bytes);

    // Creates the durable, or, when it exists, updates ack_wait, max_ack_pending and description only: where it starts
    // and how far it got stay. Returns its info.
    runtime::task<result<consumer_info>> ensure_consumer(consumer_config c);
    runtime::task<result<consumer_info>> consumer(std::string stream, std::string durable);
    runtime::task<result<>> delete_consumer(std::string stream, std::string durable);

    // Publishes one message and waits for the stream's ack. Returns the sequence. `h` may hold Nats-Msg-Id,
    // Nats-Expected-Last-Subject-Sequence (-> wrong_sequence).
    runtime::task<result<std::uint64_t>> publish(std::string subject, std::string payload, headers h);

    stored_messages& messages() { return messages_; }

  private:
    connection& bus_;
    stored_messages messages_;
    std::chrono::milliseconds deadline_;
};

}  // namespace tidings::bus
