// JetStream's administration over bus::connection, as JSON requests to $JS.API (ADR-5 of nats-architecture-and-design):
// asynchronous, where cnats' own js_* calls block. Works with nats-server 2.9 and later.
#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "bus/connection/connection.hpp"

namespace tidings::bus {

template <class T = void>
using result = boost::system::result<T>;

struct stream_config {
    std::string name;
    std::vector<std::string> subjects;
    std::chrono::seconds max_age{0};  // 0: for ever
    std::int64_t max_bytes = -1;      // -1: unlimited
    std::int64_t max_messages_per_subject = -1;
    std::chrono::seconds duplicate_window{120};
    unsigned replicas = 1;
    bool allow_direct = true;
    // File storage, limits retention, DiscardOld.
};

struct stream_info {
    std::uint64_t messages = 0, bytes = 0, first_seq = 0, last_seq = 0;
    std::vector<std::string> subjects;
};

enum class start_at { all, now, sequence, time };

struct consumer_config {
    std::string stream;
    std::string durable;
    std::chrono::milliseconds ack_wait{10'000};
    std::uint64_t max_ack_pending = 256;
    start_at from = start_at::all;
    std::uint64_t start_sequence = 0;  // for start_at::sequence
    std::string start_time;            // RFC 3339, for start_at::time
    std::string filter_subject;        // empty: the whole stream
    std::string description;
    // Explicit acks, pull, MaxDeliver -1, no BackOff, instant replay.
};

struct consumer_info {
    std::uint64_t pending = 0;      // not yet delivered to anybody
    std::uint64_t ack_pending = 0;  // delivered, not yet acked
    std::uint64_t redelivered = 0;
    std::uint64_t waiting_pulls = 0;
    std::uint64_t delivered_stream_seq = 0;
    std::uint64_t ack_floor_stream_seq = 0;  // everything up to here is acked
    consumer_config config;                  // as the server has it
};

struct stored_message {
    std::uint64_t sequence = 0;
    std::string subject, payload, time;  // time: RFC 3339 with nanoseconds
    headers h;
};

class jetstream {
  public:
    explicit jetstream(connection& c, std::chrono::milliseconds deadline = std::chrono::seconds(5))
        : bus_(c), deadline_(deadline) {}

    // Creates the stream, or widens the one that is there until it covers `c`: subjects, retention and duplicate window
    // only ever grow, and the number of replicas stays. Whoever shares the stream, another service or an operator, may
    // count on more than we do, and lowering a limit deletes messages.
    runtime::task<result<stream_info>> ensure_stream(stream_config c);
    runtime::task<result<stream_info>> stream(std::string name);

    // Creates the durable, or, when it exists, updates ack_wait, max_ack_pending and description only: where it starts
    // and how far it got stay. Returns its info.
    runtime::task<result<consumer_info>> ensure_consumer(consumer_config c);
    runtime::task<result<consumer_info>> consumer(std::string stream, std::string durable);
    runtime::task<result<>> delete_consumer(std::string stream, std::string durable);

    // One message by its sequence; the first at or after `from` on `subject` (wildcards allowed) for paging.
    runtime::task<result<stored_message>> get(std::string stream, std::uint64_t sequence);
    runtime::task<result<stored_message>> next(std::string stream, std::uint64_t from, std::string subject);
    runtime::task<result<stored_message>> last(std::string stream, std::string subject);
    runtime::task<result<>> remove(std::string stream, std::uint64_t sequence);

    // One publish, waiting for the stream's ack. Returns the sequence. `h` may hold Nats-Msg-Id,
    // Nats-Expected-Last-Subject-Sequence (-> wrong_sequence).
    runtime::task<result<std::uint64_t>> publish(std::string subject, std::string payload, headers h);

  private:
    runtime::task<result<stored_message>> fetch(std::string stream, std::string query);

    connection& bus_;
    std::chrono::milliseconds deadline_;
};

}  // namespace tidings::bus
