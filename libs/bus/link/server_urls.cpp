#include "bus/link/server_urls.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <cstdint>
#include <stdexcept>

#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::bus {

namespace {

// The login may contain an unescaped '@': everything before the last one is hidden.
std::string without_login(std::string_view url) {
    const auto at = url.rfind('@');
    if (at == std::string_view::npos) return std::string(url);
    const auto scheme_end = url.find("://");
    const std::string_view scheme = scheme_end < at ? url.substr(0, scheme_end + 3) : std::string_view();
    return std::string(scheme) + "***" + std::string(url.substr(at));
}

bool is_port(std::string_view digits) { return text::parse_number<std::uint16_t>(digits).value_or(0) > 0; }

std::string checked(std::string_view part, bool& tls) {
    std::string url(part);
    if (url.find("://") == std::string::npos) url.insert(0, "nats://");
    const auto fail = [&](const char* why) -> std::string {
        throw std::invalid_argument("NATS URL \"" + without_login(part) + "\": " + why);
    };
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) return fail("not a URL");
    if (parsed->scheme() != "nats" && parsed->scheme() != "tls") return fail("the scheme must be nats or tls");
    if (parsed->host().empty()) return fail("the host is missing");
    if (parsed->has_port() && !is_port(parsed->port())) return fail("the port must be 1 to 65535");
    tls = tls || parsed->scheme() == "tls";
    return url;
}

}  // namespace

server_list parse_servers(std::string_view urls) {
    server_list list;
    for (std::string_view rest = urls; !rest.empty();) {
        const auto comma = std::min(rest.find(','), rest.size());
        const std::string_view part = text::trim(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        if (!part.empty()) list.urls.push_back(checked(part, list.tls));
    }
    if (list.urls.empty()) throw std::invalid_argument("NATS URL is empty");
    return list;
}

std::string public_urls(std::string_view urls) {
    std::string all;
    for (const std::string& one : parse_servers(urls).urls) {
        boost::urls::url url(*boost::urls::parse_uri(one));
        url.remove_userinfo();
        all.append(all.empty() ? "" : ",").append(url.buffer());
    }
    return all;
}

std::vector<std::string> with_discovered(const server_list& configured, const std::vector<std::string>& discovered) {
    std::vector<std::string> all = configured.urls;
    const boost::urls::url_view first = *boost::urls::parse_uri(configured.urls.front());
    for (const auto& announced : discovered) {
        const auto parsed = boost::urls::parse_uri(announced);
        if (!parsed) continue;
        const std::string place(parsed->encoded_host_and_port());
        if (std::any_of(all.begin(), all.end(), [&](const auto& known) { return place_of(known) == place; })) continue;
        boost::urls::url url(*parsed);
        url.set_scheme(first.scheme());
        if (first.has_userinfo()) url.set_encoded_userinfo(first.encoded_userinfo());
        all.emplace_back(url.buffer());
    }
    return all;
}

std::string place_of(std::string_view url) {
    const auto parsed = boost::urls::parse_uri(url);
    return parsed ? std::string(parsed->encoded_host_and_port()) : std::string(url);
}

bool has_host_name(std::string_view url) {
    const auto parsed = boost::urls::parse_uri(url);
    return parsed && parsed->host_type() == boost::urls::host_type::name && parsed->host() != "localhost";
}

}  // namespace tidings::bus
