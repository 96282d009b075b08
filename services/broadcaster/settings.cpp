#include "settings.hpp"

#include "bus/connection/connection.hpp"
#include "bus/jetstream/subject_cover.hpp"
#include "domain/own_streams.hpp"
#include "endpoints/read_endpoints.hpp"
#include "registry/secret_box.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

// Of a stream, in bytes: no less than one message may be (max_payload), no more than four times fits a number of NATS.
constexpr std::uint64_t least_limit = std::uint64_t(1) << 20, most_limit = std::uint64_t(1) << 50;

void read_streams(config::reader& in, settings& s) {
    std::string mode = "jetstream";
    in.choice({"mode", "MODE", "jetstream, or core (no JetStream: at most once)"}, mode, {"jetstream", "core"});
    s.core_mode = mode == "core";
    in.text({"stream", "STREAM", "the stream to deliver"}, s.stream);
    in.list(
        {"subjects", "SUBJECTS",
         "its subjects, if it must be created; another stream than TODOS is not, unless they are others than these"},
        s.subjects);
    in.number({"jetstream_replicas", "JETSTREAM_REPLICAS", "copies of streams created here"}, s.jetstream_replicas, 1,
              5);
    in.duration({"stream_max_age", "STREAM_MAX_AGE", "retention of the stream, when created here"}, s.stream_max_age,
                1min, 3650 * 24h);
    in.duration({"records_max_age", "RECORDS_MAX_AGE", "retention of attempt records"}, s.records_max_age, 1min,
                3650 * 24h);
    in.duration({"dead_letters_max_age", "DEAD_LETTERS_MAX_AGE", "retention of dead letters"}, s.dead_letters_max_age,
                1min, 3650 * 24h);
    in.number({"attempts_max_bytes", "ATTEMPTS_MAX_BYTES", "of attempt records kept; the oldest are dropped"},
              s.attempts_max_bytes, least_limit, most_limit);
    in.number({"dead_letters_max_bytes", "DEAD_LETTERS_MAX_BYTES", "of dead letters kept; the oldest are dropped"},
              s.dead_letters_max_bytes, least_limit, most_limit);
    in.number(
        {"retries_max_bytes", "RETRIES_MAX_BYTES", "of messages that wait for a retry; more wait in their stream"},
        s.retries_max_bytes, least_limit, most_limit);
    milliseconds unused = 10s;
    in.duration({"ack_wait", "ACK_WAIT", "has no effect any more: events are not acknowledged one by one"}, unused, 1s,
                10min);
    in.number({"shards", "SHARDS", "parts that replicas share the endpoints by; fixed once positions are kept"},
              s.shards, 1, 256);
}

// A stream on these would feed on what NATS and the broadcaster say to each other.
std::string_view reserved_for(std::string_view subject, bool core_mode) {
    if (subject.starts_with('$') || subject.starts_with("_INBOX")) return "belongs to NATS itself";
    const bool own = bus::subjects_overlap(subject, "webhooks.attempts.>") ||
                     bus::subjects_overlap(subject, "webhooks.dead-letters.>") ||
                     bus::subjects_overlap(subject, "webhooks.retries.>");
    return own && !core_mode
               ? "takes in webhooks.attempts.>, webhooks.dead-letters.> or webhooks.retries.>, the broadcaster's own"
               : "";
}

void check_names(config::reader& in, const settings& s) {
    const auto stream_problem = bus::stream_name_problem(s.stream);
    if (!stream_problem.empty()) in.problem("stream", stream_problem);
    if (is_own_stream(s.stream)) in.problem("stream", "is one of the broadcaster's own: name a stream of events");
    if (s.subjects.empty()) in.problem("subjects", "must name at least one subject");
    for (auto it = s.subjects.begin(); it != s.subjects.end(); ++it) {
        auto problem = bus::subject_problem(*it);
        if (problem.empty()) problem = reserved_for(*it, s.core_mode);
        if (!problem.empty()) in.problem("subjects", "'" + *it + "' " + std::string(problem));
        for (auto other = s.subjects.begin(); other != it; ++other)
            if (bus::subjects_overlap(*it, *other))
                in.problem("subjects", "'" + *other + "' and '" + *it + "' overlap: leave out the narrower one");
    }
}

void read_endpoints_key(config::reader& in, std::string& keys) {
    in.secret({"endpoints_key", "ENDPOINTS_KEY",
               "encrypts the secrets of the API's endpoints: 32 bytes in base64 or hex; further lines only decrypt"},
              keys);
    const auto box = secret_box::parse(keys);
    if (box.has_error()) in.problem("endpoints_key", box.error());
}

}  // namespace

settings read_settings(config::reader& in) {
    settings s;
    service::read(in, s.api, s.metrics);
    service::read(in, s.log);
    in.duration({"drain_timeout", "DRAIN_TIMEOUT", "how long a stop waits for attempts in flight"}, s.drain_timeout,
                0ms, 10min);
    service::read(in, s.nats);
    read_streams(in, s);
    in.flag({"allow_private_addresses", "ALLOW_PRIVATE_ADDRESSES", "deliver to loopback and private addresses"},
            s.allow_private_addresses);
    s.endpoints = read_endpoints(in, s.allow_private_addresses);
    read_endpoints_key(in, s.endpoints_key);
    for (const auto& e : s.endpoints) {
        if (s.core_mode && e.order != ordering::none)
            in.problem("mode", "core cannot keep order: endpoint '" + e.name + "'");
    }
    check_names(in, s);
    return s;
}

}  // namespace tidings::broadcaster
