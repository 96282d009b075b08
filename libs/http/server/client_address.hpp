// Whose request it is, where proxies pass it on.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "http/message/request.hpp"

namespace tidings::http {

// "10.0.0.0/8", "fd00::/8", or one address.
using network = std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6>;
std::optional<network> parse_network(std::string_view text);

// The peer; where that is one of `proxies`, whom it names last in X-Forwarded-For, and so on: what an address that is
// not trusted says of others does not count. An IPv4 address in IPv6 is that IPv4 address.
boost::asio::ip::address client_address(const request& r, const std::vector<network>& proxies);

}  // namespace tidings::http
