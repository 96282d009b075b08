// A stream's configuration and figures, to and from the JSON of JetStream's API (durations there are nanoseconds).
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tidings::bus {

struct stream_config {
    std::string name;
    std::vector<std::string> subjects;
    std::chrono::seconds max_age{0};  // 0: unlimited
    std::int64_t max_bytes = -1;      // -1: unlimited
    bool keep_max_bytes = false;      // of a stream that is there: not widened
    std::int64_t max_messages_per_subject = -1;
    bool discard_new = false;  // when it is full, new messages are refused; else the oldest are dropped
    std::chrono::seconds duplicate_window{120};
    unsigned replicas = 1;
    bool allow_direct = true;
    // File storage, limits retention.
};

struct stream_info {
    std::uint64_t messages = 0, bytes = 0, first_seq = 0, last_seq = 0;
    std::vector<std::string> subjects;
    std::int64_t max_bytes = -1;  // -1: unlimited
    std::string created;          // when; another time means another stream of the same name
    std::string retention;        // "limits", "interest" or "workqueue"
    std::uint64_t consumers = 0;
    bool takes_others = false;  // it mirrors, sources or transforms: messages have other subjects than `subjects`
};

// nats-server 2.15.2 takes away the files of a stream that is created while another of its name is still being deleted:
// it then stores nothing, and answers nothing, until the server is started again. So whoever finds that a stream was
// deleted waits this long before creating it again.
inline constexpr std::chrono::milliseconds remake_after{1'000};

boost::json::object stream_json(const stream_config& c);

// The update to `existing` (the server's config of a stream) that satisfies `wanted`; nullopt when none is needed.
// Only ever widens: more subjects, longer retention.
std::optional<boost::json::object> stream_update(const boost::json::object& existing, const stream_config& wanted);

stream_info read_stream_info(const boost::json::object& reply);

}  // namespace tidings::bus
