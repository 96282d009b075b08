#include "api/routes.hpp"

#include <boost/json.hpp>
#include <memory>

#include "api/records.hpp"
#include "http/bearer.hpp"
#include "http/cross_site.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;
using shared_api = std::shared_ptr<const webhook_api>;
using answer = runtime::task<http::response>;
using operation = answer (*)(shared_api, const http::request&);

json::object describe(const endpoint_status& e) {
    json::array types;
    for (const auto& t : e.event_types)
        types.emplace_back(t);
    return {{"name", e.name},
            {"origin", e.origin},
            {"ordering", e.order == ordering::per_key ? "per-key" : "none"},
            {"events", std::move(types)},
            {"signed", e.is_signed},
            {"state", to_string(e.state)},
            {"consecutive_failures", e.consecutive_failures},
            {"attempts_under_way", e.attempts_under_way},
            {"timeout_ms", e.timeout.count()},
            {"max_in_flight", e.max_in_flight}};
}

answer list_endpoints(shared_api api, const http::request&) {
    json::array items;
    for (const auto& e : api->endpoints())
        items.push_back(describe(e));
    co_return http::json_response(200, json::serialize(json::object{{"items", std::move(items)}}));
}

answer list_attempts(shared_api api, const http::request& r) {
    const auto page = parse_page(r, "before");
    if (!page) co_return http::problem(400, page.error().message());
    co_return to_response(co_await attempts_before(api->bus, *page));
}

answer list_dead_letters(shared_api api, const http::request& r) {
    const auto page = parse_page(r, "after");
    if (!page) co_return http::problem(400, page.error().message());
    co_return to_response(co_await dead_letters_after(api->bus, *page));
}

answer replay(shared_api api, const http::request& r) {
    const auto sequence = parse_sequence(r.param("sequence"));
    if (!sequence) co_return http::problem(400, "a dead letter is named by its sequence, a whole number");
    co_return to_response(co_await replay_dead_letter(api->bus, *sequence));
}

// Every operation sits behind the token.
struct guarded {
    shared_api api;
    operation then;

    answer operator()(http::request& r) const {
        if (auto refusal = http::refuse_without_bearer(r, api->token)) co_return std::move(*refusal);
        // A token no other site knows; without one any page could have its visitors' browsers post here.
        if (api->token.empty() && r.method == http::method::post && http::is_cross_site(r))
            co_return http::problem(403, "Without an API_TOKEN a page of another site may not post here.");
        co_return co_await then(api, r);
    }
};

}  // namespace

void add_webhook_routes(http::router& r, webhook_api settings) {
    const auto api = std::make_shared<const webhook_api>(std::move(settings));
    r.add(http::method::get, "/api/webhooks/endpoints", guarded{api, list_endpoints});
    r.add(http::method::get, "/api/webhooks/attempts", guarded{api, list_attempts});
    r.add(http::method::get, "/api/webhooks/dead-letters", guarded{api, list_dead_letters});
    r.add(http::method::post, "/api/webhooks/dead-letters/{sequence}/replay", guarded{api, replay});
}

}  // namespace tidings::broadcaster
