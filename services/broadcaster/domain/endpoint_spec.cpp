#include "domain/endpoint_spec.hpp"

#include <algorithm>
#include <iterator>

namespace tidings::broadcaster {

using namespace std::chrono_literals;

std::span<const choice_field> choice_fields() {
    static const choice_field all[] = {
        {"format",
         &endpoint_spec::format,
         {"cloudevents", "slack", "discord", "telegram", "log-only"},
         "cloudevents (the event's bytes as they are), slack, discord or telegram (a message that says what happened), "
         "or log-only (to the log, no webhook)"},
        {"ordering",
         &endpoint_spec::ordering,
         {"none", "per-key", "strict"},
         "none, per-key (events of one partitionkey arrive in order), or strict (one at a time)"},
        {"deliver_from",
         &endpoint_spec::deliver_from,
         {"now", "beginning"},
         "where a new endpoint starts: now, or beginning (all the stream has)"},
    };
    return all;
}

std::span<const flag_field> flag_fields() {
    static constexpr flag_field all[] = {
        {"enabled", &endpoint::enabled, "false: nothing is sent, its events wait in the stream"},
        {"allow_private_addresses", &endpoint::allow_private_addresses, "deliver to loopback and private addresses"},
        {"verify_tls", &endpoint::verify_tls, "verify the receiver's certificate"},
    };
    return all;
}

std::span<const number_field> number_fields() {
    static constexpr number_field all[] = {
        {"max_in_flight", &endpoint::max_in_flight, 1, 10'000, "messages in flight"},
        {"connections", &endpoint::connections, 1, 1'000, "connections"},
        {"failure_threshold", &endpoint::failure_threshold, 1, 1'000, "consecutive failures that pause the endpoint"},
    };
    return all;
}

std::span<const duration_field> duration_fields() {
    static constexpr duration_field all[] = {
        {"timeout", &endpoint::timeout, 100ms, 5min, "of one attempt, connect to last byte"},
        {"first_probe", &endpoint::first_probe, 10ms, 1h, "pause before the first probe of a paused endpoint"},
        {"longest_probe", &endpoint::longest_probe, 10ms, 24h, "longest pause between probes"},
        {"longest_retry_after", &endpoint::longest_retry_after, 1s, 7 * 24h,
         "longest pause that a Retry-After can request"},
    };
    return all;
}

bool is_shown_only(std::string_view member) {
    static constexpr std::string_view all[] = {"defined_in",   "origin",       "signed",
                                               "state",        "reason",       "consecutive_failures",
                                               "secret_count", "timeout_ms",   "attempts_under_way",
                                               "created_at",   "start",        "warnings",
                                               "problems",     "pending",      "last_success_at",
                                               "last_failure", "next_probe_at"};
    return std::ranges::find(all, member) != std::end(all);
}

endpoint_spec spec_of(const endpoint& e) {
    endpoint_spec s;
    s.values = e;
    s.format = to_string(e.format);
    s.ordering = to_string(e.order);
    s.deliver_from = !e.begin_at.empty() ? e.begin_at : e.from_the_beginning ? "beginning" : "now";
    return s;
}

}  // namespace tidings::broadcaster
