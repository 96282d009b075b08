#include "client_caller.hpp"

#include <stdexcept>

namespace tidings::test {

kept_reply keep(const http::reply& r) {
    return {r.error, r.status, r.retry_after, std::string(r.body), r.body_cut, std::string(r.reason), r.took};
}

http::origin_options local_options() {
    http::origin_options options;
    options.allow_private_addresses = true;
    return options;
}

http::client::pool_key local_key(const std::string& url, bool allow_private) {
    const auto where = http::parse_url(url).value();
    return {.scheme = where.scheme, .host = where.host, .port = where.port, .allow_private_addresses = allow_private};
}

caller::caller(const std::string& url, http::origin_options options) {
    origin.emplace(ctx, http::parse_url(url).value(), std::move(options));
}

kept_reply caller::ask(const std::string& bytes, std::chrono::milliseconds deadline) {
    std::optional<kept_reply> answer;
    origin->send(bytes, deadline, [&answer](const http::reply& r) { answer = keep(r); });
    if (!run_until([&] { return answer.has_value(); }, deadline + 20s)) throw std::runtime_error("no reply");
    return *answer;
}

bool caller::run_until(const std::function<bool()>& condition, std::chrono::milliseconds limit) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        ctx.restart();
        ctx.run_one_for(10ms);
    }
    return true;
}

}  // namespace tidings::test
