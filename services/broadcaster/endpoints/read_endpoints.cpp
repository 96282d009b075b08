#include "endpoints/read_endpoints.hpp"

#include <algorithm>
#include <set>

#include "bus/jetstream/subject_cover.hpp"
#include "config/typed_settings.hpp"
#include "http/client/tls.hpp"
#include "http/client/url.hpp"
#include "signing/webhook_signature.hpp"

namespace tidings::broadcaster {

namespace {

using namespace std::chrono_literals;

void check_url(config::reader& in, std::string_view key, const std::string& url) {
    if (!http::parse_url(url))
        in.problem(key, "must be an absolute http:// or https:// URL without user info or fragment");
}

void check_secrets(config::reader& in, std::string_view key, const std::vector<std::string>& secrets) {
    for (std::size_t i = 0; i < secrets.size(); ++i) {
        const auto signer = signing::webhook_signer::create({secrets[i]});
        if (signer) continue;
        const std::string which = secrets.size() > 1 ? "number " + std::to_string(i + 1) + " " : "";
        in.problem(key, which + signer.error().message());
    }
}

// Reports patterns that match no type: only a trailing * is a wildcard.
void check_events(config::reader& in, const std::vector<std::string>& types) {
    for (const std::string& type : types) {
        const auto star = type.find('*');
        const bool odd = type.empty() || type.find_first_of("> \t") != std::string::npos;
        if (!odd && (star == std::string::npos || star + 1 == type.size())) continue;
        in.problem("events", "'" + type + "' matches nothing: write a whole type, or its beginning and * at the end");
    }
}

ordering ordering_of(std::string_view name) {
    if (name == "per-key") return ordering::per_key;
    return name == "strict" ? ordering::strict : ordering::none;
}

void read_source(config::reader& in, endpoint& e) {
    in.within("source", "where its events come from; none: the broadcaster's stream", [&](config::reader& source) {
        source.text({"stream", "", "any stream with limits retention; it is never changed"}, e.source_stream);
        source.text({"subject", "", "of that stream, wildcards allowed; none: all"}, e.source_subject);
        if (!e.source_stream.empty()) source.problem("stream", bus::stream_name_problem(e.source_stream));
        if (!e.source_subject.empty()) source.problem("subject", bus::subject_problem(e.source_subject));
    });
}

void read_rest(config::reader& in, endpoint& e) {
    read_source(in, e);
    std::string order = "none";
    in.choice({"ordering", "", "none, per-key (events of one partitionkey arrive in order), or strict (one at a time)"},
              order, {"none", "per-key", "strict"});
    e.order = ordering_of(order);
    in.list({"events", "", "types to deliver, exact or ending in *; none: all"}, e.event_types);
    check_events(in, e.event_types);
    std::string from = "now";
    in.choice({"deliver_from", "", "where a new endpoint starts: now, or beginning (all the stream has)"}, from,
              {"now", "beginning"});
    e.from_the_beginning = from == "beginning";
    in.flag({"allow_private_addresses", "", "deliver to loopback and private addresses"}, e.allow_private_addresses);
    in.flag({"verify_tls", "", "verify the receiver's certificate"}, e.verify_tls);
    if (config::read_file(in, {"ca_file", "", "PEM file of the CAs trusted for this endpoint"}, e.ca_file))
        in.problem("ca_file", http::ca_file_problem(e.ca_file));
    in.duration({"timeout", "", "of one attempt, connect to last byte"}, e.timeout, 100ms, 5min);
    in.number({"max_in_flight", "", "messages in flight, all replicas together"}, e.max_in_flight, 1, 10'000);
    in.number({"connections", "", "connections per replica"}, e.connections, 1, 1'000);
    in.number({"failure_threshold", "", "consecutive failures that pause the endpoint"}, e.failure_threshold, 1, 1'000);
    in.duration({"first_probe", "", "pause before the first probe of a paused endpoint"}, e.first_probe, 10ms, 1h);
    in.duration({"longest_probe", "", "longest pause between probes"}, e.longest_probe, 10ms, 24h);
    in.duration({"longest_retry_after", "", "longest pause that a Retry-After can request"}, e.longest_retry_after, 1s,
                7 * 24h);
    in.durations({"retry_schedule", "", "pauses between attempts of one message; then it is dead-lettered"},
                 e.retry_schedule);
    if (e.first_probe > e.longest_probe) in.problem("first_probe", "must not be longer than longest_probe");
    if (e.retry_schedule.size() > 50) in.problem("retry_schedule", "has more than 50 steps");
}

void read_format(config::reader& in, endpoint& e) {
    std::string format = "cloudevents";
    in.choice({"format", "", "cloudevents (the event's bytes as they are), or log-only (to the log, no webhook)"},
              format, {"cloudevents", "log-only"});
    if (format == "log-only") e.format = webhook_format::log_only;
}

endpoint with_defaults(bool allow_private) {
    endpoint e;
    e.allow_private_addresses = allow_private;
    e.retry_schedule = default_retry_schedule();
    return e;
}

endpoint read_one(config::reader& in, bool allow_private) {
    auto e = with_defaults(allow_private);
    in.text({"name", "", "1..40 of a-z, 0-9 and -: names the queue and the metrics"}, e.name);
    read_format(in, e);
    in.text({"url", "", "where webhooks are POSTed"}, e.url);
    std::string secret;
    in.secret({"secret", "", "signing key: whsec_<base64> or whsk_<base64>"}, secret);
    in.list({"secrets", "", "signing keys, the new one first during a rotation"}, e.secrets);
    if (!secret.empty()) e.secrets.insert(e.secrets.begin(), secret);
    read_rest(in, e);
    if (!valid_endpoint_name(e.name)) in.problem("name", "must be 1..40 characters of a-z, 0-9 and -");
    if (e.format == webhook_format::log_only) {
        if (!e.url.empty()) in.problem("url", "has no use with format log-only, which POSTs nothing");
    } else {
        check_url(in, "url", e.url);
    }
    check_secrets(in, "secrets", e.secrets);
    return e;
}

void read_from_environment(config::reader& in, bool allow_private, std::vector<endpoint>& all) {
    auto e = with_defaults(allow_private);
    std::string secret;
    e.name = "webhook";
    in.text({"webhook_url", "WEBHOOK_URL", "one more endpoint, named 'webhook'"}, e.url);
    in.secret({"webhook_secret", "WEBHOOK_SECRET", "its signing key"}, secret);
    std::string order = "none";
    in.choice({"webhook_ordering", "WEBHOOK_ORDERING", "its ordering: none, per-key or strict"}, order,
              {"none", "per-key", "strict"});
    if (e.url.empty() && !secret.empty()) in.remark("webhook_secret", "has no use without WEBHOOK_URL");
    if (e.url.empty()) return;
    e.order = ordering_of(order);
    if (!secret.empty()) e.secrets = {secret};
    check_url(in, "webhook_url", e.url);
    check_secrets(in, "webhook_secret", e.secrets);
    all.push_back(std::move(e));
}

}  // namespace

std::vector<endpoint> read_endpoints(config::reader& in, bool allow_private) {
    std::vector<endpoint> all;
    in.each("endpoints", "the receivers of webhooks",
            [&](config::reader& item) { all.push_back(read_one(item, allow_private)); });
    read_from_environment(in, allow_private, all);
    std::set<std::string_view> names;
    for (const auto& e : all) {
        if (!names.insert(e.name).second) in.problem("endpoints", "name '" + e.name + "' is used twice");
    }
    return all;
}

}  // namespace tidings::broadcaster
