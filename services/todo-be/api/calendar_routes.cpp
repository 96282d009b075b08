#include "api/calendar_routes.hpp"

#include <utility>

#include "api/answers.hpp"
#include "api/exchange/export_stream.hpp"
#include "api/guarded_route.hpp"
#include "api/todo_headers.hpp"
#include "http/message/etag.hpp"
#include "http/server/bearer.hpp"

namespace tidings::todo_be {

namespace {

constexpr const char* path = "/todos.ics";

std::optional<http::response> refuse_strangers(const std::string& secret, const http::request& r) {
    if (secret.empty()) return http::problem(404, "there is no calendar: CALENDAR_SECRET is not set");
    if (http::same_secret(r.query_value("secret").value_or(""), secret)) return std::nullopt;
    return http::problem(403, "the calendar's link ends with ?secret= and the CALENDAR_SECRET of this service");
}

using named_headers = std::vector<std::pair<std::string, std::string>>;

// Weak: two replicas of different versions may write the same to-dos differently.
named_headers headers_of(const std::string& tag) {
    return {{"ETag", "W/\"" + tag + '"'}, {"Cache-Control", "private, no-cache"}, {"Referrer-Policy", "no-referrer"}};
}

}  // namespace

void calendar_routes::add_to(http::router& router, const entry_rules& entry, const std::vector<http::guard>& limits,
                             const calendar_links& links) {
    accounts_ = entry.accounts;
    http::route_options o;
    o.guards = limits;
    o.admission = links.own;
    if (!links.own) o.guards.emplace_back([secret = secret_](http::request& r) { return refuse_strangers(secret, r); });
    add_for_owners(
        router, entry, http::method::get, path, [this](http::request& r) { return when_available(write(r), r); },
        std::move(o), links.of_list);
}

runtime::task<http::response> calendar_routes::write(http::request& r) {
    const auto by = owner_of(r.context);
    auto filters = r.query;
    std::erase_if(filters, [](const auto& p) { return p.first == "secret"; });
    violations wrong;
    auto asked = read_filters(filters, wrong);
    if (!asked) co_return refusal(asked.error(), wrong);
    auto place = places_.take(asker_of(r.context), accounts_ != nullptr);
    if (!place) co_return http::unavailable("too many calendars are being read; try again shortly");
    // Before the to-dos: what changes meanwhile has another tag.
    const auto tag = co_await store_.state(by);
    if (http::names_tag(r.joined("if-none-match").value_or(""), tag)) {
        auto answer = http::no_content();
        answer.status = 304;
        answer.headers = headers_of(tag);
        co_return answer;
    }
    asked->format = file_format::ics;
    auto answer =
        co_await exported(store_, by, {accounts_, r.context.access}, std::move(*asked), json_, std::move(place));
    answer.headers = headers_of(tag);
    co_return answer;
}

}  // namespace tidings::todo_be
