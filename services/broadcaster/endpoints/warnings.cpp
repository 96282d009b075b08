#include "endpoints/warnings.hpp"

#include "http/client/url.hpp"
#include "http/message/host.hpp"

namespace tidings::broadcaster {

namespace {

bool is_this_machine(const std::string& host) {
    return host == "localhost" || host.ends_with(".localhost") || http::is_loopback(host);
}

}  // namespace

std::vector<std::string> warnings_of(const endpoint& e, bool allow_private) {
    std::vector<std::string> all;
    if (e.format == webhook_format::log_only) return all;
    if (e.secrets.empty() && !is_chat(e.format)) all.emplace_back("endpoint has no secret: its webhooks are not signed");
    const auto where = http::parse_url(e.url);
    if (where && where->scheme == "http" && !is_this_machine(where->host))
        all.emplace_back("endpoint's url is http: its webhooks can be read in transit; use https");
    if (where && where->scheme == "https" && !e.verify_tls)
        all.emplace_back(
            "endpoint has verify_tls: false: anyone in between can pose as its receiver; for a private CA set "
            "ca_file instead");
    if (e.allow_private_addresses && !allow_private)
        all.emplace_back("endpoint has allow_private_addresses: true: its url may reach this machine and its network");
    return all;
}

}  // namespace tidings::broadcaster
