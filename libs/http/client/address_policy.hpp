// Which addresses a webhook may be sent to: the guard against server-side request forgery. Applied to every address at
// the moment of connecting, so that a name which changes its mind (DNS rebinding) gains nothing.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace tidings::http {

// True for an address of the open Internet. False for all of IANA's special-purpose registries (loopback, private,
// link-local, carrier-grade NAT, documentation, benchmarking, anycast that a neighbour may answer), multicast, reserved
// ones, the host agent of Azure, and everything of IPv6 outside 2000::/3 or that tunnels to an IPv4 address (6to4,
// Teredo).
bool is_public_address(const boost::asio::ip::address& a);

}  // namespace tidings::http
