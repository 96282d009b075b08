#include "endpoints/warnings.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

#include "bus/jetstream/subject_cover.hpp"
#include "http/client/address_policy.hpp"
#include "http/client/url.hpp"
#include "http/message/host.hpp"

namespace tidings::broadcaster {

namespace {

bool is_this_machine(const std::string& host) {
    return host == "localhost" || host.ends_with(".localhost") || http::is_loopback(host);
}

// What the url says without being looked up: webhooks to any such host are refused.
bool is_not_public(const std::string& host) {
    boost::system::error_code no_address;
    const auto address = boost::asio::ip::make_address(host, no_address);
    return no_address ? is_this_machine(host) : !http::is_public_address(address);
}

}  // namespace

std::vector<std::string> warnings_of(const endpoint& e, bool allow_private) {
    std::vector<std::string> all;
    if (e.format == webhook_format::log_only) return all;
    if (e.secrets.empty() && !is_chat(e.format))
        all.emplace_back("endpoint has no secret: its webhooks are not signed");
    const auto where = http::parse_url(e.url);
    if (where && where->scheme == "http" && !is_this_machine(where->host))
        all.emplace_back("endpoint's url is http: its webhooks can be read in transit; use https");
    if (where && where->scheme == "https" && !e.verify_tls)
        all.emplace_back(
            "endpoint has verify_tls: false: anyone in between can pose as its receiver; for a private CA set "
            "ca_file instead");
    if (where && !e.allow_private_addresses && is_not_public(where->host))
        all.emplace_back(
            "endpoint's url leads to an address that is not public, which is refused: it gets nothing unless "
            "allow_private_addresses (ALLOW_PRIVATE_ADDRESSES) allows it");
    if (e.allow_private_addresses && !allow_private)
        all.emplace_back("endpoint has allow_private_addresses: true: its url may reach this machine and its network");
    return all;
}

std::string source_warning(const endpoint& e, std::span<const std::string> subjects) {
    constexpr std::size_t most_named = 5;
    const auto overlaps = [&](const std::string& s) { return bus::subjects_overlap(s, e.source_subject); };
    if (subjects.empty() || e.source_subject.empty() || std::ranges::any_of(subjects, overlaps)) return {};
    std::string named;
    for (std::size_t i = 0; i < std::min(subjects.size(), most_named); ++i)
        named += (i == 0 ? "" : ", ") + subjects[i];
    if (subjects.size() > most_named) named += " and " + std::to_string(subjects.size() - most_named) + " more";
    return "endpoint's source.subject '" + e.source_subject + "' matches no subject of stream " + e.source_stream +
           " (" + named + "): nothing that is published there reaches it";
}

}  // namespace tidings::broadcaster
