#include "registry/stored_endpoint.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "registry/endpoint_document.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;

constexpr std::size_t largest = 256 * 1'024;

std::string text_in(const json::object& o, std::string_view name) {
    const auto* v = o.if_contains(name);
    return v != nullptr && v->is_string() ? std::string(v->get_string()) : std::string();
}

std::uint64_t number_in(const json::object& o, std::string_view name, std::uint64_t otherwise) {
    const auto* v = o.if_contains(name);
    boost::system::error_code failure;
    const auto n = v == nullptr ? otherwise : v->to_number<std::uint64_t>(failure);
    return failure ? otherwise : n;
}

start_point start_in(const json::object& o) {
    const auto* v = o.if_contains("start");
    if (v == nullptr || !v->is_object()) return {};
    const auto& start = v->get_object();
    return {text_in(start, "stream"), text_in(start, "created"), number_in(start, "sequence", 0)};
}

std::string why_closed(unsealing e, std::string_view sealed) {
    switch (e) {
        case unsealing::unknown_key:
            return "was encrypted with key " + std::string(secret_box::key_id_of(sealed)) +
                   ", which ENDPOINTS_KEY_FILE does not hold: add that key as a further line";
        case unsealing::not_sealed:
            return "is not an encrypted secret: set secrets through the API";
        case unsealing::altered:
            break;
    }
    return "is damaged, or was encrypted for another endpoint: set the secrets again";
}

}  // namespace

boost::system::result<stored_endpoint, violations> stored_endpoint::parse(std::string_view value) {
    const auto broken = [](std::string detail) { return violations{{"", std::move(detail)}}; };
    if (value.size() > largest) return broken("the stored value is larger than 256 KiB");
    json::parse_options options;
    options.max_depth = 8;
    boost::system::error_code failure;
    const auto v = json::parse(value, failure, {}, options);
    if (failure || !v.is_object()) return broken("the stored value is not a JSON object");
    const auto& all = v.get_object();
    const auto* document = all.if_contains("document");
    if (document == nullptr || !document->is_object()) return broken("the stored value has no object `document`");
    stored_endpoint s;
    s.document = document->get_object();
    if (const auto* secrets = all.if_contains("secrets"); secrets != nullptr && secrets->is_array())
        for (const auto& one : secrets->get_array())
            s.secrets.push_back(one.is_string() ? std::string(one.get_string()) : std::string());
    s.incarnation = text_in(all, "incarnation");
    s.created_at = text_in(all, "created_at");
    s.start = start_in(all);
    s.version = number_in(all, "version", known_version);
    return s;
}

std::string stored_endpoint::text() const {
    json::object all{{"version", known_version},
                     {"document", document},
                     {"incarnation", incarnation},
                     {"created_at", created_at},
                     {"start", {{"stream", start.stream}, {"created", start.created}, {"sequence", start.sequence}}}};
    if (!secrets.empty()) all["secrets"] = json::array(secrets.begin(), secrets.end());
    return json::serialize(all);
}

boost::system::result<endpoint, violations> stored_endpoint::open(std::string_view name, const secret_box& box,
                                                                  const endpoint_policy& policy) const {
    violations wrong;
    if (version > known_version)
        return violations{
            {"", "was written by a later version of the broadcaster: it waits for a replica of that one"}};
    endpoint_spec defaults;
    defaults.values.allow_private_addresses = policy.allow_private_addresses;
    auto s = read_document(document, std::move(defaults), wrong);
    if (s.values.name != name) wrong.push_back({"/name", "must be the endpoint's own name"});
    if (!s.values.secrets.empty()) wrong.push_back({"/secrets", "must not be stored unencrypted"});
    s.values.secrets.clear();
    for (std::size_t i = 0; i < secrets.size(); ++i) {
        auto opened = box.open(secrets[i], name);
        if (opened) {
            s.values.secrets.push_back(std::move(*opened));
        } else {
            wrong.push_back({"/secrets/" + std::to_string(i), why_closed(opened.error(), secrets[i])});
        }
    }
    const bool placed = !incarnation.empty() && valid_endpoint_name(incarnation) && start.sequence > 0;
    if (!placed) wrong.push_back({"", "the stored value has no incarnation, or no start"});
    auto made = make_endpoint(s, policy);
    if (made.has_error())
        for (const auto& v : made.error())
            wrong.push_back(v);
    if (!wrong.empty()) return wrong;
    place(*made);
    return made;
}

void stored_endpoint::place(endpoint& e) const {
    e.incarnation = incarnation;
    e.created_at = created_at;
    e.start_created = start.created;
    e.start_sequence = start.sequence;
}

}  // namespace tidings::broadcaster
