#include "api/routes.hpp"

#include <boost/json.hpp>
#include <memory>

#include "api/attempts.hpp"
#include "api/dead_letter_list.hpp"
#include "api/replay.hpp"
#include "http/server/bearer.hpp"
#include "http/server/cross_site.hpp"

namespace tidings::broadcaster {

namespace {

namespace json = boost::json;
using shared_api = std::shared_ptr<const webhook_api>;
using answer = runtime::task<http::response>;
using operation = answer (*)(shared_api, const http::request&);

// Only who delivers to it knows more.
std::string_view state_of(const endpoint_status& e) {
    if (e.served == endpoint_status::service::elsewhere) return "elsewhere";
    return e.served == endpoint_status::service::nowhere ? "waiting" : to_string(e.state);
}

json::object endpoint_json(const endpoint_status& e) {
    json::array types;
    for (const auto& t : e.event_types)
        types.emplace_back(t);
    return {{"name", e.name},
            {"origin", e.destination},
            {"ordering", to_string(e.order)},
            {"events", std::move(types)},
            {"signed", e.is_signed},
            {"state", state_of(e)},
            {"reason", e.reason},
            {"consecutive_failures", e.consecutive_failures},
            {"attempts_under_way", e.attempts_under_way},
            {"timeout_ms", e.timeout.count()},
            {"max_in_flight", e.max_in_flight}};
}

http::content refuse(const std::vector<http::field_error>& wrong) {
    return http::problem(400, "the query is not one that is understood here", wrong);
}

answer list_endpoints(shared_api api, const http::request& r) {
    if (const auto wrong = refuse_parameters(r); !wrong.empty()) co_return refuse(wrong);
    json::array items;
    for (const auto& e : api->endpoints())
        items.push_back(endpoint_json(e));
    co_return http::json_response(200, json::serialize(json::object{{"items", std::move(items)}}));
}

answer list_attempts(shared_api api, const http::request& r) {
    std::vector<http::field_error> wrong;
    auto page = read_page(r, list::attempts, wrong);
    if (!wrong.empty()) co_return refuse(wrong);
    co_return co_await attempts_before(api->bus, std::move(page));
}

answer list_dead_letters(shared_api api, const http::request& r) {
    std::vector<http::field_error> wrong;
    auto page = read_page(r, list::dead_letters, wrong);
    if (!wrong.empty()) co_return refuse(wrong);
    co_return co_await dead_letters_after(api->bus, std::move(page), api->open_lists);
}

answer replay(shared_api api, const http::request& r) {
    if (const auto wrong = refuse_parameters(r); !wrong.empty()) co_return refuse(wrong);
    const auto sequence = read_sequence(r.param("sequence"));
    if (!sequence) co_return http::problem(400, "a dead letter is identified by its sequence, a whole number from 1");
    co_return co_await replay_dead_letter(api->bus, api->stream, api->seals, *sequence);
}

// No cache may keep what was delivered to whom. Problems say so themselves.
struct uncached {
    shared_api api;
    operation then;

    answer operator()(http::request& r) const {
        auto response = co_await then(api, r);
        auto* const head = http::head_of(response);
        if (head != nullptr && head->status < 400) head->headers.emplace_back("Cache-Control", "private, no-store");
        co_return response;
    }
};

}  // namespace

void add_webhook_routes(http::router& r, webhook_api settings) {
    const auto api = std::make_shared<const webhook_api>(std::move(settings));
    http::route_options reading;
    reading.guards = {http::require_bearer(api->token)};
    // A token that no other site has is enough; without one any page could have its visitors' browsers post here.
    auto writing = reading;
    if (api->token.empty())
        writing.guards.push_back(
            http::refuse_cross_site("Without an API_TOKEN a page of another site may not post here."));
    r.add(http::method::get, "/api/webhooks/endpoints", uncached{api, list_endpoints}, reading);
    r.add(http::method::get, "/api/webhooks/attempts", uncached{api, list_attempts}, reading);
    r.add(http::method::get, "/api/webhooks/dead-letters", uncached{api, list_dead_letters}, reading);
    r.add(http::method::post, "/api/webhooks/dead-letters/{sequence}/replay", uncached{api, replay}, writing);
}

}  // namespace tidings::broadcaster
