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
    // Sets max_bytes of an existing stream, which deletes its oldest messages when it holds more. The server refuses
    // more than it or the account has left.
    runtime::task<result<stream_info>> limit_stream(std::string name, std::int64_t max_bytes);

    // The same again for one that exists already, unchanged.
    runtime::task<result<consumer_info>> make_reader(reader_config c);
    // The first message that the stream stored at `time` (RFC 3339) or later; the one to come when there is none.
    runtime::task<result<std::uint64_t>> sequence_at(std::string stream, std::string time);
    runtime::task<result<consumer_info>> consumer(std::string stream, std::string durable);
    runtime::task<result<>> delete_consumer(std::string stream, std::string durable);

    // Deletes the messages of a stream on `subject` (wildcards allowed).
    runtime::task<result<>> purge(std::string stream, std::string subject);

    // Publishes one message and waits for the stream's ack. Returns the sequence. `h` may contain Nats-Msg-Id,
    // Nats-Expected-Last-Subject-Sequence (-> wrong_sequence).
    runtime::task<result<std::uint64_t>> publish(std::string subject, std::string payload, headers h);

    stored_messages& messages() { return messages_; }

  private:
    connection& bus_;
    stored_messages messages_;
    std::chrono::milliseconds deadline_;
};

}  // namespace tidings::bus
