#include "http/message/host.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <optional>

#include "text/ascii.hpp"
#include "text/decimal.hpp"

namespace tidings::http {

namespace {

struct host_and_port {
    std::string_view host;  // with the brackets of an IPv6 address
    std::string_view port;
};

std::optional<host_and_port> split(std::string_view text) {
    const auto end = text.starts_with('[') ? text.find(']') + 1 : std::min(text.find(':'), text.size());
    if (end == 0) return std::nullopt;  // no bracket closes, or no host
    if (end == text.size()) return host_and_port{text, {}};
    if (text[end] != ':') return std::nullopt;
    return host_and_port{text.substr(0, end), text.substr(end + 1)};
}

bool is_port(std::string_view text) { return text.empty() || text::parse_number<std::uint16_t>(text); }

// The characters of a name, besides %-encoded bytes (RFC 3986, 3.2.2).
bool is_name_character(char c) {
    return text::is_letter_or_digit(c) || std::string_view("-._~!$&'()*+,;=%").find(c) != std::string_view::npos;
}

bool is_ip(std::string_view host) {
    const bool v6 = host.starts_with('[');
    if (v6) host = host.substr(1, host.size() - 2);
    boost::system::error_code failure;
    const auto address = boost::asio::ip::make_address(std::string(host), failure);
    // Asio accepts any text as a zone (`%eth0`).
    return !failure && address.is_v6() == v6 && host.find('%') == std::string_view::npos;
}

std::string canonical(std::string_view host) {
    if (host.ends_with('.')) host.remove_suffix(1);
    return text::lowered(host);
}

bool is_undotted_name(std::string_view name) {
    const auto fits = [](char c) { return text::is_letter_or_digit(c) || c == '-' || c == '_'; };
    return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

bool is_host_value(std::string_view host) {
    const auto parts = split(host);
    if (!parts || !is_port(parts->port)) return false;
    if (parts->host.starts_with('[')) return is_ip(parts->host);
    return std::all_of(parts->host.begin(), parts->host.end(), is_name_character);
}

bool host_is_local_or_allowed(std::string_view host, const std::vector<std::string>& allowed) {
    if (!is_host_value(host)) return false;
    const auto name = canonical(split(host)->host);
    if (is_ip(name) || is_undotted_name(name) || name.ends_with(".localhost")) return true;
    return std::any_of(allowed.begin(), allowed.end(), [&](const auto& a) { return a == "*" || canonical(a) == name; });
}

bool is_loopback(const std::string& address) {
    boost::system::error_code failure;
    const auto parsed = boost::asio::ip::make_address(address, failure);
    return !failure && parsed.is_loopback();
}

}  // namespace tidings::http
