#include "settings.hpp"

#include "bus/connection/connection.hpp"
#include "bus/jetstream/subject_cover.hpp"
#include "endpoints/read_endpoints.hpp"

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
    in.list({"subjects", "SUBJECTS", "its subjects, if it must be created"}, s.subjects);
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
    in.duration({"ack_wait", "ACK_WAIT", "after it another replica delivers what a dead one held"}, s.ack_wait, 1s,
                10min);
}

// A stream on these would feed on what NATS and the broadcaster say to each other.
std::string_view reserved_for(std::string_view subject, bool core_mode) {
    if (subject.starts_with('$') || subject.starts_with("_INBOX")) return "belongs to NATS itself";
    const bool own = bus::subjects_overlap(subject, "webhooks.attempts.>") ||
                     bus::subjects_overlap(subject, "webhooks.dead-letters.>");
    return own && !core_mode ? "takes in webhooks.attempts.> or webhooks.dead-letters.>, the broadcaster's own" : "";
}

void check_names(config::reader& in, const settings& s) {
    const auto stream_problem = bus::stream_name_problem(s.stream);
    if (!stream_problem.empty()) in.problem("stream", stream_problem);
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
    for (const auto& e : s.endpoints) {
        if (s.core_mode && e.order == ordering::per_key)
            in.problem("mode", "core cannot keep order: endpoint '" + e.name + "'");
    }
    check_names(in, s);
    return s;
}

}  // namespace tidings::broadcaster
