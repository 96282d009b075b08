#include "domain/endpoint_rules.hpp"

#include <algorithm>

#include "config/value_text.hpp"
#include "domain/own_streams.hpp"
#include "ids/timestamp.hpp"
#include "signing/webhook_signature.hpp"
#include "text/decimal.hpp"

namespace tidings::broadcaster {

namespace {

using config::duration_text;

// As settings of the file are refused.
std::string out_of_range(const std::string& value, const std::string& lowest, const std::string& highest) {
    return "'" + value + "' is out of range; use " + lowest + ".." + highest;
}

void check_duration(std::string pointer, milliseconds value, milliseconds lowest, milliseconds highest,
                    violations& wrong) {
    if (value < lowest || value > highest)
        wrong.push_back(
            {std::move(pointer), out_of_range(duration_text(value), duration_text(lowest), duration_text(highest))});
}

std::string numbered(std::string_view list, std::size_t index) {
    return "/" + std::string(list) + "/" + std::to_string(index);
}

void check_url(const endpoint_spec& s, const endpoint_policy& policy, violations& wrong) {
    const auto& url = s.values.url;
    if (s.format == "log-only") {
        if (!url.empty())
            wrong.push_back({"/url", "has no use with format log-only, which POSTs nothing: leave it out"});
    } else if (url.size() > longest_url) {
        wrong.push_back({"/url", "is longer than " + std::to_string(longest_url) + " bytes"});
    } else if (!policy.usable_url(url)) {
        wrong.push_back({"/url", "must be an absolute http:// or https:// URL without user info or fragment"});
    } else if (s.format == "telegram" && url.find("chat_id=") == std::string::npos) {
        wrong.push_back(
            {"/url", "names no chat: with format telegram it ends in /sendMessage?chat_id= and the chat's id"});
    }
}

void check_secrets(const std::vector<std::string>& secrets, violations& wrong) {
    if (secrets.size() > most_secrets)
        wrong.push_back({"/secrets", "holds more than " + std::to_string(most_secrets) +
                                         " keys: keep the new and the "
                                         "old one of a rotation"});
    for (std::size_t i = 0; i < std::min(secrets.size(), most_secrets); ++i) {
        const auto signer = signing::webhook_signer::create({secrets[i]});
        if (!signer) wrong.push_back({numbered("secrets", i), signer.error().message()});
    }
}

void check_source(const endpoint& e, const endpoint_policy& policy, violations& wrong) {
    const auto check = [&](const char* pointer, const std::string& text, auto problem) {
        if (text.empty() || problem == nullptr) return;
        if (const auto why = problem(text); !why.empty()) wrong.push_back({pointer, std::string(why)});
    };
    check("/source/stream", e.source_stream, policy.stream_problem);
    if (is_own_stream(e.source_stream))
        wrong.push_back(
            {"/source/stream",
             "is one of the broadcaster's own, which hold what others may not see: name a stream of events"});
    check("/source/subject", e.source_subject, policy.subject_problem);
}

// "2026-01-31T12:00:00Z" or "43". Only the API fixes the place when it makes an endpoint.
bool is_place(const std::string& deliver_from) {
    const auto sequence = text::parse_number<std::uint64_t>(deliver_from);
    return (sequence && *sequence > 0) || ids::parse_timestamp(deliver_from);
}

// What no type has in it.
bool matches_nothing(const std::string& type) {
    return type.empty() || type.find_first_of("> \t") != std::string::npos;
}

void check_events(const std::vector<std::string>& types, violations& wrong) {
    if (types.size() > most_event_types)
        wrong.push_back({"/events", "holds more than " + std::to_string(most_event_types) +
                                        " types: a beginning and * stands for many"});
    for (std::size_t i = 0; i < std::min(types.size(), most_event_types); ++i) {
        if (types[i].size() > longest_event_type) {
            wrong.push_back({numbered("events", i), "is longer than " + std::to_string(longest_event_type) + " bytes"});
        } else if (matches_nothing(types[i])) {
            wrong.push_back({numbered("events", i),
                             "'" + types[i] + "' matches nothing: write a whole type, with * for any characters"});
        }
    }
}

void check_choices(const endpoint_spec& s, const endpoint_policy& policy, violations& wrong) {
    for (const auto& f : choice_fields()) {
        if (std::find(f.allowed.begin(), f.allowed.end(), s.*f.text) != f.allowed.end()) continue;
        const bool may_be_place = f.text == &endpoint_spec::deliver_from && !policy.is_operator;
        if (may_be_place && is_place(s.*f.text)) continue;
        std::string names;
        for (const auto name : f.allowed)
            names.append(names.empty() ? "" : " or ").append(name);
        if (may_be_place) names += ", or a time (RFC 3339), or a sequence of the stream from 1";
        wrong.push_back({"/" + std::string(f.name), "must be " + names});
    }
}

void check_ranges(const endpoint& e, violations& wrong) {
    for (const auto& f : number_fields())
        if (e.*f.value < f.lowest || e.*f.value > f.highest)
            wrong.push_back(
                {"/" + std::string(f.name),
                 out_of_range(std::to_string(e.*f.value), std::to_string(f.lowest), std::to_string(f.highest))});
    for (const auto& f : duration_fields())
        check_duration("/" + std::string(f.name), e.*f.value, f.lowest, f.highest, wrong);
    if (e.first_probe > e.longest_probe)
        wrong.push_back({"/first_probe", "'" + duration_text(e.first_probe) +
                                             "' is longer than longest_probe, which is '" +
                                             duration_text(e.longest_probe) + "'"});
    if (e.retry_schedule.size() > most_retries)
        wrong.push_back({"/retry_schedule", "has more than " + std::to_string(most_retries) + " steps"});
    for (std::size_t i = 0; i < std::min(e.retry_schedule.size(), most_retries); ++i)
        check_duration(numbered("retry_schedule", i), e.retry_schedule[i], milliseconds(0), longest_retry_pause, wrong);
}

void check_policy(const endpoint& e, const endpoint_policy& policy, violations& wrong) {
    if (policy.is_operator) return;
    if (e.allow_private_addresses && !policy.allow_private_addresses)
        wrong.push_back({"/allow_private_addresses",
                         "is the operator's to allow: in the broadcaster's file, or ALLOW_PRIVATE_ADDRESSES for all"});
    if (!e.ca_file.empty())
        wrong.push_back({"/ca_file", "names a file of the broadcaster's machine: only its own file may do so"});
}

}  // namespace

boost::system::result<endpoint, violations> make_endpoint(const endpoint_spec& s, const endpoint_policy& policy) {
    violations wrong;
    if (!valid_endpoint_name(s.values.name)) wrong.push_back({"/name", "must be 1..40 characters of a-z, 0-9 and -"});
    check_url(s, policy, wrong);
    check_secrets(s.values.secrets, wrong);
    check_source(s.values, policy, wrong);
    check_events(s.values.event_types, wrong);
    check_choices(s, policy, wrong);
    check_ranges(s.values, wrong);
    check_policy(s.values, policy, wrong);
    if (!wrong.empty()) return wrong;
    auto e = s.values;
    for (const auto f :
         {webhook_format::slack, webhook_format::discord, webhook_format::telegram, webhook_format::log_only})
        if (s.format == to_string(f)) e.format = f;
    e.order = s.ordering == "per-key" ? ordering::per_key : s.ordering == "strict" ? ordering::strict : ordering::none;
    e.from_the_beginning = s.deliver_from == "beginning";
    if (e.source_stream.empty()) e.source_stream = policy.default_stream;
    e.begin_at = e.from_the_beginning || s.deliver_from == "now" ? std::string() : s.deliver_from;
    return e;
}

}  // namespace tidings::broadcaster
