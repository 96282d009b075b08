// One receiver of webhooks as configured, and the rules for its settings.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::broadcaster {

using milliseconds = std::chrono::milliseconds;

enum class ordering {
    none,     // any number at a time, as they come
    per_key,  // events of one partitionkey arrive in order
    strict,   // one at a time, in the order of the stream
};

std::string_view to_string(ordering o);  // "none", "per-key", "strict"

enum class webhook_format {
    cloudevents,  // POSTs the stored event's bytes unchanged
    slack,        // POSTs what the event says to an incoming webhook of Slack, or of what takes the same
    discord,      // the same to a webhook of Discord
    telegram,     // the same to sendMessage of a bot; the url names the chat
    log_only,     // POSTs nothing: writes the event to the log, and it counts as delivered
};

struct endpoint {
    std::string name;  // 1..40 of [a-z0-9-]: part of its position's key and a metric label
    webhook_format format = webhook_format::cloudevents;
    std::string url;                   // http or https; empty for log_only
    std::vector<std::string> secrets;  // signing keys, the new one first during a rotation; none: not signed
    ordering order = ordering::none;
    std::vector<std::string> event_types;  // type_pattern.hpp; empty: all
    std::string source_stream;             // empty: the broadcaster's own
    std::string source_subject;            // of that stream, wildcards allowed; empty: all
    bool from_the_beginning = false;       // a new endpoint gets everything the stream still has
    bool allow_private_addresses = false;
    bool verify_tls = true;
    std::string ca_file;
    milliseconds timeout{15'000};         // of one attempt, from connect to the last byte of the answer
    std::uint64_t max_in_flight = 256;    // messages
    std::uint64_t connections = 32;       // per replica
    std::uint64_t failure_threshold = 5;  // consecutive failures after which the endpoint is paused
    milliseconds first_probe{1'000};
    milliseconds longest_probe{3'600'000};
    milliseconds longest_retry_after{std::chrono::hours(24)};  // limit on a response's Retry-After
    bool enabled = true;                                       // false: nothing is sent, events wait in the stream
    std::vector<milliseconds> retry_schedule;  // pauses between attempts of one message; then it is dead-lettered
    // Of an endpoint that was made by the API; empty for those of files.
    std::string begin_at;              // a time (RFC 3339) or a sequence of the source that was asked for; or empty
    std::string incarnation;           // tells it from an earlier one of the same name, whose place it must not inherit
    std::string created_at;            // RFC 3339
    std::string start_created;         // of the source stream, when the endpoint was made
    std::uint64_t start_sequence = 0;  // of the first event that it gets
};
using endpoint_ptr = std::shared_ptr<const endpoint>;

std::string_view to_string(webhook_format f);  // "cloudevents", "slack", "discord", "telegram", "log-only"
// Whether it POSTs a message for people in the place of the event.
bool is_chat(webhook_format f);

// The name of its positions and retries: "billing", or "billing_0a1b2c3d4e5f" with an incarnation. No endpoint's name
// has an underscore.
std::string identity_of(const endpoint& e);

// 5 s ... 24 h, eleven attempts in about two days.
std::vector<milliseconds> default_retry_schedule();

bool valid_endpoint_name(std::string_view name);

// Whether an endpoint that subscribed to `wanted` gets events of `type`.
bool wants_event(const std::vector<std::string>& wanted, std::string_view type);

}  // namespace tidings::broadcaster
