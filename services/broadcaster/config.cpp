#include "config.hpp"

#include "bus/connection/connection.hpp"
#include "bus/jetstream/subject_cover.hpp"
#include "endpoints/read_endpoints.hpp"
#include "http/client/tls.hpp"

namespace tidings::broadcaster {

using namespace std::chrono_literals;

namespace {

void read_process(config::reader& in, configuration& c) {
    in.address({"listen_address", "LISTEN_ADDRESS", "address of health and API; :: is IPv4 as well"}, c.listen_address);
    in.number({"port", "PORT", "port of health and API"}, c.port, 0, 65535);
    in.address({"metrics_address", "METRICS_ADDRESS", "address of the Prometheus metrics"}, c.metrics_address);
    in.number({"metrics_port", "METRICS_PORT", "port of the Prometheus metrics"}, c.metrics_port, 0, 65535);
    in.apart("metrics_port", c.metrics_address, c.metrics_port, c.listen_address, c.port);
    in.choice({"log_level", "LOG_LEVEL", "debug, info, warn or error"}, c.log_level,
              {"debug", "info", "warn", "error"});
    in.choice({"log_format", "LOG_FORMAT", "json, or text for people"}, c.log_format, {"json", "text"});
    in.token({"api_token", "API_TOKEN", "bearer token of /api; empty: open"}, c.api_token);
    in.hosts({"allowed_hosts", "ALLOWED_HOSTS", "hosts served beside IPs and undotted names; *: any"}, c.allowed_hosts);
    in.base_path({"api_base_path", "API_BASE_PATH", "path before /api, such as /project"}, c.api_base_path);
    in.duration({"drain_timeout", "DRAIN_TIMEOUT", "how long a stop waits for attempts under way"}, c.drain_timeout,
                0ms, 10min);
}

void read_bus(config::reader& in, configuration& c) {
    in.text({"nats_url", "NATS_URL", "NATS servers, comma-separated"}, c.nats_url);
    try {
        bus::public_urls(c.nats_url);
    } catch (const std::invalid_argument& e) {
        in.problem("nats_url", e.what());
    }
    in.file({"nats_credentials", "NATS_CREDENTIALS", "path of a .creds file"}, c.nats_credentials);
    if (in.file({"nats_ca_file", "NATS_CA_FILE", "authorities trusted for tls://"}, c.nats_ca_file))
        in.problem("nats_ca_file", http::ca_file_problem(c.nats_ca_file));
    std::string mode = "jetstream";
    in.choice({"mode", "MODE", "jetstream, or core (no JetStream: at most once)"}, mode, {"jetstream", "core"});
    c.core_mode = mode == "core";
    in.text({"stream", "STREAM", "the stream that is delivered"}, c.stream);
    in.list({"subjects", "SUBJECTS", "its subjects, when it has to be made"}, c.subjects);
    in.number({"jetstream_replicas", "JETSTREAM_REPLICAS", "copies of streams made here"}, c.jetstream_replicas, 1, 5);
    in.duration({"stream_max_age", "STREAM_MAX_AGE", "retention of the stream, when made here"}, c.stream_max_age, 1min,
                3650 * 24h);
    in.duration({"records_max_age", "RECORDS_MAX_AGE", "retention of attempt records"}, c.records_max_age, 1min,
                3650 * 24h);
    in.duration({"dead_letters_max_age", "DEAD_LETTERS_MAX_AGE", "retention of dead letters"}, c.dead_letters_max_age,
                1min, 3650 * 24h);
    in.duration({"ack_wait", "ACK_WAIT", "after it another replica delivers what a dead one held"}, c.ack_wait, 1s,
                10min);
}

// A stream on these would feed on what NATS and the broadcaster say to each other.
std::string_view reserved_for(std::string_view subject, bool core_mode) {
    if (subject.starts_with('$') || subject.starts_with("_INBOX")) return "belongs to NATS itself";
    const bool own = bus::subjects_overlap(subject, "webhooks.attempts.>") ||
                     bus::subjects_overlap(subject, "webhooks.dead-letters.>");
    return own && !core_mode ? "takes in webhooks.attempts.> or webhooks.dead-letters.>, the broadcaster's own" : "";
}

void check_names(config::reader& in, const configuration& c) {
    const auto stream_problem = bus::stream_name_problem(c.stream);
    if (!stream_problem.empty()) in.problem("stream", stream_problem);
    if (c.subjects.empty()) in.problem("subjects", "must name at least one subject");
    for (auto s = c.subjects.begin(); s != c.subjects.end(); ++s) {
        auto problem = bus::subject_problem(*s);
        if (problem.empty()) problem = reserved_for(*s, c.core_mode);
        if (!problem.empty()) in.problem("subjects", "'" + *s + "' " + std::string(problem));
        for (auto other = c.subjects.begin(); other != s; ++other)
            if (bus::subjects_overlap(*s, *other))
                in.problem("subjects", "'" + *other + "' and '" + *s + "' overlap: leave out the narrower one");
    }
}

}  // namespace

configuration read_configuration(config::reader& in) {
    configuration c;
    read_process(in, c);
    read_bus(in, c);
    in.flag({"allow_private_addresses", "ALLOW_PRIVATE_ADDRESSES", "deliver to loopback and private addresses"},
            c.allow_private_addresses);
    c.endpoints = read_endpoints(in, c.allow_private_addresses);
    for (const auto& e : c.endpoints) {
        if (c.core_mode && e.order == ordering::per_key)
            in.problem("mode", "core cannot keep order: endpoint '" + e.name + "'");
    }
    check_names(in, c);
    in.finish();
    return c;
}

}  // namespace tidings::broadcaster
