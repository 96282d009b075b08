// A message of WEBHOOK_RETRIES: the event's headers and body, and in headers of ours how often it was tried.
#pragma once

#include <optional>
#include <string>

#include "bus/jetstream/stored_message.hpp"
#include "delivery/event.hpp"
#include "domain/retry_queue.hpp"

namespace tidings::broadcaster {

// Where it is stored; one message for each. `shard`: shard_name.
std::string retry_subject(std::string_view shard, std::string_view endpoint_name, retry_id id);

struct retry_message {
    bus::headers headers;
    std::string_view body;  // borrowed from the event
};

// `epoch`: of the owner that writes. Without the event's headers when they are too many, without the body too when that
// would be more than `max_payload`: they are then read from the source stream.
retry_message write_retry(const event& e, const retry_queue::entry& r, const std::string& stream,
                          const std::string& epoch, std::size_t max_payload);

struct retry_note {
    std::string endpoint, epoch;
    retry_id id;
    retry_queue::entry entry;  // stored: 0
};
// From subject and headers; nothing when it is not one of ours.
std::optional<retry_note> read_retry(const bus::message& m);

// What an owner of the shard stores when it begins (delivery/retry_watch.hpp): "webhooks.retries.<shard>.loading".
std::string load_mark_subject(std::string_view shard);
bus::headers load_mark_headers(const std::string& epoch);
std::string_view epoch_of_mark(const bus::message& m);

// As retry_queue::entry::key.
std::string key_of_retry(const bus::stored_message& m);
enum class left_out { nothing, headers, body };
left_out left_out_of(const bus::stored_message& m);
// Of the event in the source stream.
std::uint64_t source_sequence_of(const bus::stored_message& m, retry_id id);
// Whether `source` is the message that `m` was made from, and not one of a stream that was made anew.
bool is_source_of(const bus::stored_message& source, const bus::stored_message& m);
// The event as its stream has it.
event_ptr event_of_source(const bus::stored_message& source, std::string_view stream, retry_id id);
// `source`: the message of the source stream, when it is needed and there.
event_ptr event_of_retry(const bus::stored_message& m, retry_id id, const bus::stored_message* source);

}  // namespace tidings::broadcaster
