// Which addresses a webhook may be sent to: the guard against server-side request forgery. Applied to every address at
// the moment of connecting, so that a name which changes its mind (DNS rebinding) gains nothing.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace tidings::http {

// True for an address of the open Internet. False for loopback, private (RFC 1918, RFC 4193), link-local, carrier-grade
// NAT, multicast, documentation, benchmarking and reserved ones (IANA special-purpose registries), and for IPv6 forms
// that carry or tunnel to an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo).
bool is_public_address(const boost::asio::ip::address& a);

}  // namespace tidings::http
