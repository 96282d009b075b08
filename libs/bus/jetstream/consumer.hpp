// A consumer's configuration and figures, to and from the JSON of JetStream's API (durations there are nanoseconds).
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace tidings::bus {

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
    std::uint64_t start_sequence = 0;        // where it begins, or there is a
    std::string start_time;                  // RFC 3339
};

boost::json::object reader_json(const reader_config& c);

consumer_info read_consumer_info(const boost::json::object& reply);

}  // namespace tidings::bus
