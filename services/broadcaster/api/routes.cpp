#include "api/routes.hpp"

#include <memory>
#include <string>
#include <utility>

#include "api/attempts.hpp"
#include "api/dead_letter.hpp"
#include "api/dead_letter_list.hpp"
#include "api/endpoint_routes.hpp"
#include "http/server/bearer.hpp"
#include "http/server/cross_site.hpp"

namespace tidings::broadcaster {

namespace {

using shared_api = std::shared_ptr<const webhook_api>;
using answer = runtime::task<http::response>;
using operation = answer (*)(shared_api, const http::request&);

http::content refuse(const std::vector<http::field_error>& wrong) {
    return http::problem(400, "the query is not one that is understood here", wrong);
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

answer replay(const webhook_api& api, std::uint64_t letter) { return replay_dead_letter(api.bus, api.replays, letter); }
answer show(const webhook_api& api, std::uint64_t letter) { return show_dead_letter(api.bus, letter); }
answer remove(const webhook_api& api, std::uint64_t letter) { return delete_dead_letter(api.bus, letter); }

template <answer (*Then)(const webhook_api&, std::uint64_t)>
answer of_letter(shared_api api, const http::request& r) {
    if (const auto wrong = refuse_parameters(r); !wrong.empty()) co_return refuse(wrong);
    const auto sequence = read_sequence(r.param("sequence"));
    if (!sequence) co_return http::problem(400, "a dead letter is identified by its sequence, a whole number from 1");
    co_return co_await Then(*api, *sequence);
}

struct run {
    shared_api api;
    operation then;

    answer operator()(http::request& r) const { co_return uncached(co_await then(api, r)); }
};

}  // namespace

http::response uncached(http::response r) {
    auto* const head = http::head_of(r);
    if (head != nullptr && head->status < 400) head->headers.emplace_back("Cache-Control", "private, no-store");
    return r;
}

http::route_options reading_options(const webhook_api& api) {
    http::route_options o;
    o.guards = {http::require_bearer(api.token)};
    return o;
}

http::route_options writing_options(const webhook_api& api) {
    auto o = reading_options(api);
    if (api.token.empty())
        o.guards.push_back(
            http::refuse_cross_site("Without an API_TOKEN a page of another site may not change anything here."));
    return o;
}

void add_webhook_routes(http::router& r, webhook_api settings) {
    const auto api = std::make_shared<const webhook_api>(std::move(settings));
    const auto reading = reading_options(*api);
    add_endpoint_routes(r, api);
    r.add(http::method::get, "/api/webhooks/attempts", run{api, list_attempts}, reading);
    r.add(http::method::get, "/api/webhooks/dead-letters", run{api, list_dead_letters}, reading);
    const std::string letter = "/api/webhooks/dead-letters/{sequence}";
    r.add(http::method::get, letter, run{api, of_letter<show>}, reading);
    r.add(http::method::delete_, letter, run{api, of_letter<remove>}, writing_options(*api));
    r.add(http::method::post, letter + "/replay", run{api, of_letter<replay>}, writing_options(*api));
}

}  // namespace tidings::broadcaster
