// How often each client may use the API, and how the answers say so.
#pragma once

#include <vector>

#include "http/server/client_address.hpp"
#include "http/server/route.hpp"
#include "limits/token_buckets.hpp"

namespace tidings::todo_be {

// Whose bucket it is. IPv6: the network of 64 bits, of which one client may have all addresses.
std::string rate_key(const boost::asio::ip::address& client);

// Counts each request for the address from which it comes, and refuses those beyond the rate: 429 with Retry-After.
// Every answer has RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10). `buckets`, of that rate,
// must outlive the guard.
http::guard limit_rate(limits::token_buckets& buckets, limits::rate rate, std::vector<http::network> proxies);

}  // namespace tidings::todo_be
