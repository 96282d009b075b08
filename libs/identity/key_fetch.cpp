#include "identity/key_fetch.hpp"

#include <algorithm>
#include <utility>

#include "http/client/fetch.hpp"
#include "identity/discovery.hpp"

namespace tidings::identity {

namespace {

using std::chrono::milliseconds;

struct answer {
    std::string problem;  // empty: none
    std::string body;
    std::string cache_control;
};

runtime::task<answer> get(std::string url, http::client_trust trust, runtime::time_point deadline) {
    http::fetch_request ask;
    ask.url = url;
    ask.headers = {{"Accept", "application/json, application/jwk-set+json"}, {"User-Agent", "tidings"}};
    ask.deadline = std::max(milliseconds(1), std::chrono::ceil<milliseconds>(deadline - runtime::now()));
    ask.response_limit = largest_key_text;
    ask.trust = std::move(trust);
    auto got = co_await http::fetch(std::move(ask));
    if (got.error != http::transport_error::none)
        co_return answer{.problem = url + ": " + got.reason, .body = {}, .cache_control = {}};
    if (got.status != 200)
        co_return answer{.problem = url + ": status " + std::to_string(got.status), .body = {}, .cache_control = {}};
    std::string cache_control(got.header("cache-control"));
    co_return answer{.problem = {}, .body = std::move(got.body), .cache_control = std::move(cache_control)};
}

}  // namespace

runtime::task<boost::system::result<fetched_keys, std::string>> fetch_keys(key_place place) {
    const auto deadline = runtime::now() + fetch_limit;
    auto url = place.jwks_url;
    if (url.empty()) {
        const auto document = co_await get(discovery_url(place.issuer), place.trust, deadline);
        if (!document.problem.empty()) co_return document.problem;
        const auto found = jwks_url_in(document.body, place.issuer, place.allow_http);
        if (!found.problem.empty()) co_return discovery_url(place.issuer) + ": what is there " + found.problem;
        url = found.url;
    }
    const auto text = co_await get(url, place.trust, deadline);
    if (!text.problem.empty()) co_return text.problem;
    auto keys = key_set::parse(text.body);
    if (keys.has_error()) co_return url + ": what is there " + keys.error();
    co_return fetched_keys{std::move(*keys), freshness(text.cache_control)};
}

}  // namespace tidings::identity
