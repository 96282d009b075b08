// How often each client may use the API, and how the answers say so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/user.hpp"
#include "http/server/client_address.hpp"
#include "http/server/route.hpp"
#include "limits/token_buckets.hpp"

namespace tidings::todo_be {

// Whose bucket it is. IPv6: the network of 64 bits, of which one client may have all addresses.
std::string rate_key(const boost::asio::ip::address& client);

// Counts requests, and refuses those beyond the rate: 429 with Retry-After. Every answer to one that was counted has
// RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-10).
class rate_limiter {
  public:
    // `buckets`, of that rate, must outlive it. `on_taken`: from one of them; it has to be quick.
    rate_limiter(
        limits::token_buckets& buckets, limits::rate rate, std::vector<http::network> proxies,
        std::function<void()> on_taken = [] {});

    // For the address from which it comes.
    std::optional<http::response> count_address(http::request& r) const;
    // Whether that one has no request left; nothing is counted.
    std::optional<http::response> refuse_address(http::request& r) const;
    // A look that the address pays for afterwards, if it fails: refused when so many are under way as it has requests
    // left. It is under way as long as `pass` lives.
    using look_pass = std::shared_ptr<void>;
    std::optional<http::response> begin_look(http::request& r, look_pass& pass) const;
    std::optional<http::response> count_user(http::request& r, user_id by) const;

  private:
    struct subject {
        const char* name;
        std::string key;
    };
    subject address_of(const http::request& r) const;
    std::optional<http::response> count(http::request& r, const subject& s) const;
    std::optional<http::response> tell(http::request& r, const subject& s, const limits::verdict& v) const;

    limits::token_buckets& buckets_;
    std::vector<http::network> proxies_;
    std::function<void()> on_taken_;
    std::string quota_, window_;
    using looks = std::unordered_map<std::string, std::uint64_t>;
    std::shared_ptr<looks> looks_ = std::make_shared<looks>();  // under way, of each address
};

// Counts each request for its address.
http::guard limit_rate(rate_limiter limiter);

}  // namespace tidings::todo_be
