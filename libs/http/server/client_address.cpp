#include "http/server/client_address.hpp"

#include <algorithm>

#include "text/ascii.hpp"

namespace tidings::http {

namespace ip = boost::asio::ip;

namespace {

std::optional<ip::address> parse_address(std::string_view text) {
    boost::system::error_code wrong;
    auto a = ip::make_address(std::string(text), wrong);
    if (wrong) return std::nullopt;
    if (a.is_v6() && a.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, a.to_v6());
    return a;
}

// "1.2.3.4", "::1", and both with a port: "1.2.3.4:80", "[::1]:80".
std::optional<ip::address> parse_node(std::string_view text) {
    if (text.starts_with('[')) return parse_address(text.substr(1, text.find(']') - 1));
    const auto colon = text.find(':');
    const bool has_port = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
    return parse_address(has_port ? text.substr(0, colon) : text);
}

struct holds {
    ip::address a;
    bool operator()(const ip::network_v4& n) const {
        return a.is_v4() && ip::make_network_v4(a.to_v4(), n.prefix_length()).canonical() == n;
    }
    bool operator()(const ip::network_v6& n) const {
        return a.is_v6() && ip::make_network_v6(a.to_v6(), n.prefix_length()).canonical() == n;
    }
};

bool is_trusted(const ip::address& a, const std::vector<network>& proxies) {
    return std::ranges::any_of(proxies, [&](const network& n) { return std::visit(holds{a}, n); });
}

// Takes the last element off the list.
std::string_view take_last(std::string_view& list) {
    const auto comma = list.rfind(',');
    auto last = list.substr(comma == std::string_view::npos ? 0 : comma + 1);
    list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
    while (last.starts_with(' ') || last.starts_with('\t'))
        last.remove_prefix(1);
    while (last.ends_with(' ') || last.ends_with('\t'))
        last.remove_suffix(1);
    return last;
}

}  // namespace

std::optional<network> parse_network(std::string_view text) {
    boost::system::error_code wrong;
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return std::nullopt;
    const auto bits = slash == std::string_view::npos ? std::string(address->is_v4() ? "/32" : "/128")
                                                      : std::string(text.substr(slash));
    if (address->is_v4()) {
        const auto n = ip::make_network_v4(address->to_string() + bits, wrong);
        return wrong ? std::nullopt : std::optional<network>(n.canonical());
    }
    const auto n = ip::make_network_v6(address->to_string() + bits, wrong);
    return wrong ? std::nullopt : std::optional<network>(n.canonical());
}

ip::address client_address(const request& r, const std::vector<network>& proxies) {
    auto client = parse_node(r.peer).value_or(ip::address());
    if (proxies.empty()) return client;
    const auto forwarded = r.joined("x-forwarded-for").value_or("");
    std::string_view rest = forwarded;
    while (!rest.empty() && is_trusted(client, proxies)) {
        const auto named = parse_node(take_last(rest));
        if (!named) break;
        client = *named;
    }
    return client;
}

}  // namespace tidings::http
