#include "api/rate_guard.hpp"

#include <utility>

#include "http/message/problem.hpp"

namespace tidings::todo_be {

namespace {

using std::chrono::ceil;
using std::chrono::seconds;
using clock = std::chrono::steady_clock;

std::string seconds_of(clock::duration d) { return std::to_string(ceil<seconds>(d).count()); }

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

rate_limiter::rate_limiter(limits::token_buckets& buckets, limits::rate rate, std::vector<http::network> proxies,
                           std::function<void()> on_taken)
    : buckets_(buckets),
      proxies_(std::move(proxies)),
      on_taken_(std::move(on_taken)),
      quota_(std::to_string(rate.quota)),
      window_(seconds_of(rate.window)) {}

rate_limiter::subject rate_limiter::address_of(const http::request& r) const {
    return {"address", rate_key(http::client_address(r, proxies_))};
}

std::optional<http::response> rate_limiter::count_address(http::request& r) const { return count(r, address_of(r)); }

std::optional<http::response> rate_limiter::refuse_address(http::request& r) const {
    const auto address = address_of(r);
    const auto v = buckets_.look(address.key, clock::now());
    return v.allowed ? std::nullopt : tell(r, address, v);
}

std::optional<http::response> rate_limiter::begin_look(http::request& r, look_pass& pass) const {
    const auto address = address_of(r);
    const auto v = buckets_.look(address.key, clock::now());
    const auto known = looks_->find(address.key);
    if ((known == looks_->end() ? 0 : known->second) < v.left) {
        ++(*looks_)[address.key];
        pass = look_pass(nullptr, [all = looks_, key = address.key](void*) {
            if (const auto found = all->find(key); --found->second == 0) all->erase(found);
        });
        return std::nullopt;
    }
    if (!v.allowed) return tell(r, address, v);
    return tell(r, address, {.allowed = false, .left = 0, .full_in = v.full_in, .retry_in = seconds(1)});
}

// Longer than the key of any address.
std::optional<http::response> rate_limiter::count_user(http::request& r, user_id by) const {
    return count(r, {"user", "user number " + std::to_string(by.value)});
}

std::optional<http::response> rate_limiter::count(http::request& r, const subject& s) const {
    const auto v = buckets_.take(s.key, clock::now());
    if (v.allowed) on_taken_();
    return tell(r, s, v);
}

std::optional<http::response> rate_limiter::tell(http::request& r, const subject& s, const limits::verdict& v) const {
    const auto name = '"' + std::string(s.name) + '"';
    r.answer_headers.emplace_back("RateLimit-Policy", name + ";q=" + quota_ + ";w=" + window_);
    r.answer_headers.emplace_back("RateLimit", name + ";r=" + std::to_string(v.left) + ";t=" + seconds_of(v.full_in));
    if (v.allowed) return std::nullopt;
    const auto wait = seconds_of(v.retry_in);
    auto answer = http::problem(429, "There were too many requests from this " + std::string(s.name) + ": " + quota_ +
                                         " in " + window_ + " s. Try again in " + wait + " s.");
    answer.headers.emplace_back("Retry-After", wait);
    return answer;
}

http::guard limit_rate(rate_limiter limiter) {
    return [limiter = std::move(limiter)](http::request& r) { return limiter.count_address(r); };
}

}  // namespace tidings::todo_be
