#include "http/client/url.hpp"

#include <algorithm>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::http {

namespace {

// A host goes into the Host header as it is: nothing that could end the line, and nothing that only looks like a name.
bool is_host_name(std::string_view host) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
    };
    return !host.empty() && host.size() <= 253 && host.front() != '.' && std::all_of(host.begin(), host.end(), fits);
}

// Neither does a zone, which newer versions of Boost.URL accept and decode, line ends and all.
bool is_ipv6(const std::string& host) {
    if (host.find('%') != std::string::npos) return false;
    boost::system::error_code failure;
    boost::asio::ip::make_address_v6(host, failure);
    return !failure;
}

std::optional<std::uint16_t> port_of(const boost::urls::url_view& url, bool secure) {
    if (!url.has_port() || url.port().empty()) return secure ? std::uint16_t{443} : std::uint16_t{80};
    const std::string digits(url.port());
    const auto port = text::parse_number<std::uint16_t>(digits);  // Boost 1.81's port_number() takes 105065 for 39529
    return port != std::uint16_t{0} ? port : std::nullopt;
}

std::string target_of(const boost::urls::url_view& url) {
    std::string target(url.encoded_path());
    if (target.empty()) target = "/";
    if (url.has_query()) target.append("?").append(std::string_view(url.encoded_query()));
    return target;
}

}  // namespace

std::optional<url_parts> parse_url(std::string_view text) {
    const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
    if (!parsed) return std::nullopt;
    const auto& url = *parsed;
    if (!url.has_authority() || url.has_userinfo() || url.has_fragment()) return std::nullopt;

    url_parts parts;
    parts.scheme = text::lowered(std::string(url.scheme()));
    if (parts.scheme != "http" && parts.scheme != "https") return std::nullopt;
    const bool secure = parts.scheme == "https";

    const auto port = port_of(url, secure);
    if (!port) return std::nullopt;
    parts.port = *port;
    parts.host = text::lowered(url.host_address());
    const bool v6 = url.host_type() == boost::urls::host_type::ipv6;
    if (url.host_type() == boost::urls::host_type::ipvfuture) return std::nullopt;
    if (v6 ? !is_ipv6(parts.host) : !is_host_name(parts.host)) return std::nullopt;

    parts.target = target_of(url);
    // Boost 1.81 takes "host:text/" for an empty port and a path.
    if (parts.target.front() != '/') return std::nullopt;
    parts.host_header = v6 ? "[" + parts.host + "]" : parts.host;
    if (parts.port != (secure ? 443 : 80)) parts.host_header += ":" + std::to_string(parts.port);
    return parts;
}

}  // namespace tidings::http
