// One receiver of webhooks as its owner described it, and the rules that such a description must keep.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tidings::broadcaster {

using milliseconds = std::chrono::milliseconds;

enum class ordering {
    none,     // every replica delivers from the endpoint's queue at the same time
    per_key,  // one replica at a time; events of one partitionkey arrive in order
};

enum class webhook_format {
    cloudevents,  // POSTs the stored event's bytes unchanged
    log_only,     // POSTs nothing: writes the event to the log, and it counts as delivered
};

struct endpoint {
    std::string name;  // 1..40 of [a-z0-9-]: part of the consumer's name and a metric label
    webhook_format format = webhook_format::cloudevents;
    std::string url;                   // http or https; empty for log_only
    std::vector<std::string> secrets;  // signing keys, the new one first during a rotation; none: not signed
    ordering order = ordering::none;
    std::vector<std::string> event_types;  // exact, or ending in '*'; empty: all
    bool from_the_beginning = false;       // a new endpoint gets everything the stream still has
    bool allow_private_addresses = false;
    bool verify_tls = true;
    std::string ca_file;
    milliseconds timeout{15'000};         // of one attempt, from connect to the last byte of the answer
    std::uint64_t max_in_flight = 256;    // messages in hand, over all replicas
    std::uint64_t connections = 32;       // per replica
    std::uint64_t failure_threshold = 5;  // consecutive failures after which the endpoint is paused
    milliseconds first_probe{1'000};
    milliseconds longest_probe{3'600'000};
    milliseconds longest_retry_after{std::chrono::hours(24)};  // of what an answer asks for
    std::vector<milliseconds> retry_schedule;  // pauses between attempts of one message; then it is dead-lettered
};

// 5 s ... 24 h, eleven attempts in about two days.
std::vector<milliseconds> default_retry_schedule();

bool valid_endpoint_name(std::string_view name);

// Whether an endpoint that asked for `wanted` gets events of `type`.
bool wants_event(const std::vector<std::string>& wanted, std::string_view type);

}  // namespace tidings::broadcaster
