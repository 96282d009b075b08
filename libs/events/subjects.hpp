// The names that the services share on NATS. See docs/life-of-an-event.md.
#pragma once

#include <string_view>

namespace tidings::events {

inline constexpr std::string_view todos_subject = "todos.events";
inline constexpr std::string_view todos_subjects_below = "todos.events.>";
inline constexpr std::string_view todos_stream = "TODOS";
inline constexpr std::string_view attempts_stream = "WEBHOOK_ATTEMPTS";
inline constexpr std::string_view attempts_subject = "webhooks.attempts";  // + ".<endpoint>"
inline constexpr std::string_view dead_letters_stream = "WEBHOOK_DEAD_LETTERS";
inline constexpr std::string_view dead_letters_subject = "webhooks.dead-letters";  // + ".<endpoint>"
inline constexpr std::string_view endpoints_bucket = "WEBHOOK_ENDPOINTS";
inline constexpr std::string_view positions_bucket = "WEBHOOK_POSITIONS";
inline constexpr std::string_view retries_stream = "WEBHOOK_RETRIES";
inline constexpr std::string_view retries_subject = "webhooks.retries";  // + ".<shard>.<endpoint>.<stream>.<sequence>"
inline constexpr std::string_view fleet_subject = "webhooks.fleet";      // what replicas tell each other, not stored
inline constexpr std::string_view worker_group =
    "broadcaster-workers";  // durable consumers: worker_group + "_" + endpoint

// Headers of a message (besides Nats-Msg-Id).
inline constexpr std::string_view content_type_header = "Content-Type";
inline constexpr std::string_view type_header = "ce-type";
inline constexpr std::string_view partitionkey_header = "ce-partitionkey";
inline constexpr std::string_view traceparent_header = "traceparent";

}  // namespace tidings::events
