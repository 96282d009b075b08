// A consumer's configuration and figures, to and from the JSON of JetStream's API (durations there are nanoseconds).
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace tidings::bus {

enum class start_at { all, sequence, time };

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

// An ephemeral pull consumer without acks, in memory: it reads the stream's messages from a sequence on, once. The
// server forgets it when nobody has asked for longer than `unused_for`.
struct reader_config {
    std::string stream;
    std::string name;                  // empty: the server gives it one
    std::uint64_t start_sequence = 1;  // of the first message, unless there is a
    std::string start_time;            // RFC 3339
    std::chrono::seconds unused_for{30};
};

struct consumer_info {
    std::uint64_t pending = 0;      // not yet delivered
    std::uint64_t ack_pending = 0;  // delivered, not yet acked
    std::uint64_t waiting_pulls = 0;
    std::uint64_t ack_floor_stream_seq = 0;  // everything up to here is acked
    consumer_config config;                  // as the server has it
};

boost::json::object consumer_json(const consumer_config& c);
boost::json::object reader_json(const reader_config& c);

// What `existing` has to become so that ack_wait, max_ack_pending and description are those of `wanted`; nullopt when
// they are.
std::optional<boost::json::object> consumer_update(const boost::json::object& existing, const consumer_config& wanted);

consumer_info read_consumer_info(const boost::json::object& reply);

}  // namespace tidings::bus
