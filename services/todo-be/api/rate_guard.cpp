#include "api/rate_guard.hpp"

#include <optional>
#include <utility>

#include "http/message/problem.hpp"

namespace tidings::todo_be {

namespace {

using std::chrono::ceil;
using std::chrono::seconds;

std::string seconds_of(std::chrono::steady_clock::duration d) { return std::to_string(ceil<seconds>(d).count()); }

http::content too_many(const limits::verdict& v, const std::string& policy) {
    const auto wait = seconds_of(v.retry_in);
    auto answer = http::problem(
        429, "There were too many requests from this address: " + policy + ". Try again in " + wait + " s.");
    answer.headers.emplace_back("Retry-After", wait);
    return answer;
}

}  // namespace

std::string rate_key(const boost::asio::ip::address& client) {
    if (client.is_v4()) {
        const auto bytes = client.to_v4().to_bytes();
        return {bytes.begin(), bytes.end()};
    }
    constexpr std::ptrdiff_t network = 8;
    const auto bytes = client.to_v6().to_bytes();
    return {bytes.begin(), bytes.begin() + network};
}

http::guard limit_rate(limits::token_buckets& buckets, limits::rate rate, std::vector<http::network> proxies) {
    const auto quota = std::to_string(rate.quota), window = seconds_of(rate.window);
    return [&buckets, proxies = std::move(proxies), header = R"("address";q=)" + quota + ";w=" + window,
            policy = quota + " in " + window + " s"](http::request& r) -> std::optional<http::response> {
        const auto v = buckets.take(rate_key(http::client_address(r, proxies)), std::chrono::steady_clock::now());
        r.answer_headers.emplace_back("RateLimit-Policy", header);
        r.answer_headers.emplace_back("RateLimit",
                                      R"("address";r=)" + std::to_string(v.left) + ";t=" + seconds_of(v.full_in));
        if (v.allowed) return std::nullopt;
        return too_many(v, policy);
    };
}

}  // namespace tidings::todo_be
