#include "endpoints/read_endpoints.hpp"

#include <set>

#include "bus/jetstream/subject_cover.hpp"
#include "config/typed_settings.hpp"
#include "domain/endpoint_rules.hpp"
#include "http/client/tls.hpp"
#include "http/client/url.hpp"
#include "text/decimal.hpp"

namespace tidings::broadcaster {

namespace {

constexpr endpoint_policy of_operator{
    .usable_url = usable_url, .stream_problem = bus::stream_name_problem, .subject_problem = bus::subject_problem};

void read_source(config::reader& in, endpoint& e) {
    in.within("source", "where its events come from; none: the broadcaster's stream", [&](config::reader& source) {
        source.text({"stream", "", "any stream with limits retention; it is never changed"}, e.source_stream);
        source.text({"subject", "", "of that stream, wildcards allowed; none: all"}, e.source_subject);
    });
}

// "/secrets/1" is the second of what stands under `secrets`, or under the key that it came from.
void note(config::reader& in, const violation& v, const std::vector<std::string_view>& secret_keys) {
    const auto slash = v.pointer.find('/', 1);
    auto key = std::string_view(v.pointer).substr(1, slash == std::string::npos ? slash : slash - 1);
    if (slash == std::string::npos) return in.problem(key, v.detail);
    if (key == "source") return in.problem("source." + v.pointer.substr(slash + 1), v.detail);
    const auto index = text::parse_number<std::size_t>(std::string_view(v.pointer).substr(slash + 1)).value_or(0);
    const bool one_of_several = key != "secrets" || secret_keys.size() > 1;
    if (key == "secrets") key = secret_keys[index];
    in.problem(key, (one_of_several ? "number " + std::to_string(index + 1) + " " : std::string()) + v.detail);
}

// What breaks the rules is noted, and the reader's finish() lets nothing of it through.
endpoint checked(config::reader& in, const endpoint_spec& s, const std::vector<std::string_view>& secret_keys) {
    auto made = make_endpoint(s, of_operator);
    if (made) return std::move(*made);
    for (const auto& v : made.error())
        note(in, v, secret_keys);
    return s.values;
}

void read_fields(config::reader& in, endpoint_spec& s) {
    auto& e = s.values;
    read_source(in, e);
    for (const auto& f : choice_fields())
        in.choice({f.name, "", f.meaning}, s.*f.text, f.allowed);
    in.list({"events", "", "types to deliver, exact or ending in *; none: all"}, e.event_types);
    for (const auto& f : flag_fields())
        in.flag({f.name, "", f.meaning}, e.*f.value);
    if (config::read_file(in, {"ca_file", "", "PEM file of the CAs trusted for this endpoint"}, e.ca_file))
        in.problem("ca_file", http::ca_file_problem(e.ca_file));
    for (const auto& f : number_fields())
        in.number({f.name, "", f.meaning}, e.*f.value, f.lowest, f.highest);
    for (const auto& f : duration_fields())
        in.duration({f.name, "", f.meaning}, e.*f.value, f.lowest, f.highest);
    in.durations({"retry_schedule", "", "pauses between attempts of one message; then it is dead-lettered"},
                 e.retry_schedule);
}

// The keys that they were read from, one for each secret.
std::vector<std::string_view> read_secrets(config::reader& in, std::vector<std::string>& secrets) {
    std::vector<std::string_view> keys;
    const auto add = [&](std::string_view key, std::vector<std::string> more) {
        keys.insert(keys.end(), more.size(), key);
        secrets.insert(secrets.end(), more.begin(), more.end());
    };
    std::string one;
    in.secret({"secret", "", "signing key: whsec_<base64> or whsk_<base64>"}, one);
    if (!one.empty()) add("secret", {one});
    std::vector<std::string> several;
    in.list({"secrets", "", "signing keys, the new one first during a rotation"}, several);
    add("secrets", std::move(several));
    add("secret_files",
        config::read_secret_files(in, {"secret_files", "", "files, each of which holds a signing key"}));
    return keys;
}

endpoint read_one(config::reader& in, bool allow_private) {
    endpoint_spec s;
    auto& e = s.values;
    e.allow_private_addresses = allow_private;
    in.text({"name", "", "1..40 of a-z, 0-9 and -: names its position and the metrics"}, e.name);
    in.text({"url", "", "where webhooks are POSTed"}, e.url);
    const auto keys = read_secrets(in, e.secrets);
    read_fields(in, s);
    return checked(in, s, keys);
}

void read_from_environment(config::reader& in, bool allow_private, std::vector<endpoint>& all) {
    endpoint_spec s;
    std::string secret;
    s.values.allow_private_addresses = allow_private;
    s.values.name = "webhook";
    in.text({"webhook_url", "WEBHOOK_URL", "one more endpoint, named 'webhook'"}, s.values.url);
    in.secret({"webhook_secret", "WEBHOOK_SECRET", "its signing key"}, secret);
    in.choice({"webhook_ordering", "WEBHOOK_ORDERING", "its ordering: none, per-key or strict"}, s.ordering,
              {"none", "per-key", "strict"});
    if (s.values.url.empty() && !secret.empty()) in.remark("webhook_secret", "has no use without WEBHOOK_URL");
    if (s.values.url.empty()) return;
    if (!secret.empty()) s.values.secrets = {secret};
    auto made = make_endpoint(s, of_operator);
    if (made) return all.push_back(std::move(*made));
    for (const auto& v : made.error())
        in.problem(v.pointer.starts_with("/secrets") ? "webhook_secret" : "webhook_url", v.detail);
}

}  // namespace

bool usable_url(std::string_view url) { return http::parse_url(url).has_value(); }

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
