#include "http/server/dispatch.hpp"

#include "http/message/problem.hpp"
#include "http/server/bearer.hpp"
#include "http/server/cross_site.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace std::chrono_literals;
using http::method;

namespace {

runtime::task<http::response> none(http::request&) { co_return http::no_content(); }

http::request request_of(method m, std::string target,
                         std::vector<std::pair<std::string, std::string>> headers = {{"host", "a"}}) {
    http::request r;
    r.method = m;
    r.target = std::move(target);
    r.headers = std::move(headers);
    return r;
}

// A guard that records the call, and responds with `status` unless that is 0.
http::guard guard_of(std::string& asked, char name, unsigned status) {
    return [&asked, name, status](http::request&) -> std::optional<http::response> {
        asked += name;
        if (status == 0) return std::nullopt;
        return http::problem(status, "refused");
    };
}

}  // namespace

TEST_CASE("the head alone decides about a request") {
    http::router routes;
    routes.add(method::get, "/here", none);
    struct row {
        method m;
        const char* target;
        unsigned status;  // 0: the handler is called
    };
    const row rows[] = {
        {method::get, "/here", 0},       {method::head, "/here", 0},      {method::get, "/nothing", 404},
        {method::post, "/here", 405},    {method::options, "/here", 204}, {method::options, "*", 204},
        {method::connect, "a:443", 405}, {method::other, "/here", 501},   {method::get, "/here?x=%zz", 400},
        {method::get, "/here/%00", 400},
    };
    for (const auto& [m, target, status] : rows) {
        CAPTURE(target, status);
        auto r = request_of(m, target);
        const auto to = http::find_destination(r, routes, {});
        CHECK((to.answered ? http::status_of(*to.answered) : 0) == status);
        CHECK((to.route != nullptr) == (status == 0));
    }
}

TEST_CASE("guards are called in order until one responds") {
    std::string asked;
    http::router routes;
    http::route_options o;
    o.guards = {guard_of(asked, 'a', 0), guard_of(asked, 'b', 429), guard_of(asked, 'c', 401)};
    routes.add(method::get, "/guarded", none, o);
    auto r = request_of(method::get, "/guarded");
    const auto to = http::find_destination(r, routes, {});
    CHECK(asked == "ab");
    REQUIRE(to.route != nullptr);
    CHECK(http::status_of(to.answered.value()) == 429);
}

TEST_CASE("a foreign host is rejected before any guard, except by a route for any host") {
    std::string asked;
    http::router routes;
    http::route_options o;
    o.guards = {guard_of(asked, 'a', 0)};
    routes.add(method::get, "/guarded", none, o);
    o.any_host = true;
    routes.add(method::get, "/health", none, o);
    http::server_options options;
    options.check_host = true;
    options.allowed_hosts = {"mine.example"};
    const auto status = [&](const char* target, const char* host) {
        auto r = request_of(method::get, target, {{"host", host}});
        const auto to = http::find_destination(r, routes, options);
        return to.answered ? http::status_of(*to.answered) : 0;
    };
    CHECK(status("/guarded", "other.example") == 421);
    CHECK(asked.empty());
    CHECK(status("/guarded", "mine.example") == 0);
    CHECK(status("/nothing", "other.example") == 421);
    CHECK(status("/health", "other.example") == 0);
    CHECK(asked == "aa");
}

TEST_CASE("a route's own limits apply to requests that its guards accept") {
    http::server_options options;
    http::route r{method::post, "/import", none, {}};
    r.options.body_limit = 1'000'000;
    r.options.body_timeout = 1min;
    const auto in = http::limits_of({&r, {}}, options);
    CHECK(in.body == 1'000'000);
    CHECK(in.body_timeout == 1min);
    CHECK(in.handler_timeout == options.handler_timeout);
    const auto out = http::limits_of({&r, http::problem(401, "no")}, options);
    CHECK(out.body == 1'000'000);
    CHECK(out.body_timeout == options.body_timeout);
    CHECK(http::limits_of({nullptr, http::problem(404, "no")}, options).body == options.body_limit);
}

TEST_CASE("a router knows its shortest timeout") {
    http::router routes;
    routes.add(method::get, "/a", none);
    CHECK_FALSE(routes.shortest_timeout());
    http::route_options o;
    o.handler_timeout = 3s;
    routes.add(method::get, "/b", none, o);
    o.body_timeout = 200ms;
    routes.add(method::get, "/c", none, o);
    CHECK(routes.shortest_timeout() == 200ms);
}

TEST_CASE("a client with the token is the principal, others are rejected") {
    const auto guard = http::require_bearer("secret");
    const std::pair<const char*, bool> rows[] = {{"Bearer secret", true}, {"bearer secret", true},
                                                 {"Bearer secre", false}, {"Bearer secret ", false},
                                                 {"Basic secret", false}, {"", false}};
    for (const auto& [header, passes] : rows) {
        CAPTURE(header);
        auto r = request_of(method::get, "/", {{"authorization", header}});
        auto answer = guard(r);
        CHECK(!answer == passes);
        CHECK(r.context.principal == (passes ? http::token_principal : ""));
        if (answer) CHECK(http::status_of(*answer) == 401);
        if (answer) CHECK(http::head_of(*answer)->headers.back().first == "WWW-Authenticate");
    }
}

TEST_CASE("an open API has anonymous clients") {
    auto r = request_of(method::get, "/");
    CHECK_FALSE(http::require_bearer("")(r));
    CHECK(r.context.principal.empty());
}

TEST_CASE("a guard rejects cross-site requests") {
    const auto guard = http::refuse_cross_site("not from there");
    auto foreign = request_of(method::post, "/", {{"host", "a"}, {"sec-fetch-site", "cross-site"}});
    auto own = request_of(method::post, "/", {{"host", "a"}, {"sec-fetch-site", "same-origin"}});
    CHECK(http::status_of(guard(foreign).value()) == 403);
    CHECK_FALSE(guard(own));
}
