#include "http/server/router.hpp"

#include <stdexcept>

#include "support/catch.hpp"

using namespace tidings;
using http::method;
using pairs = std::vector<std::pair<std::string, std::string>>;
using methods = std::vector<method>;

namespace {

http::handler none() {
    return [](http::request&) -> runtime::task<http::response> { co_return http::no_content(); };
}

http::router todo_routes(std::string base = {}) {
    http::router r(std::move(base));
    r.add(method::get, "/", none());
    r.add(method::get, "/api/todos", none());
    r.add(method::post, "/api/todos", none());
    r.add(method::get, "/api/todos/{id}", none());
    r.add(method::delete_, "/api/todos/{id}", none());
    r.add(method::get, "/api/todos/archive", none());
    r.add(method::post, "/api/todos/export", none());
    r.add(method::get, "/api/todos/{id}/events/{seq}", none());
    return r;
}

struct lookup {
    std::string pattern, path;
    pairs params;
    methods allowed;
};

lookup find(const http::router& routes, method m, std::string target) {
    http::request r;
    r.method = m;
    r.target = std::move(target);
    const auto found = routes.find(r);
    return {found.route == nullptr ? "" : found.route->pattern, r.path, r.params, found.allowed};
}

}  // namespace

TEST_CASE("a request finds its route by method and path") {
    const auto routes = todo_routes();
    CHECK(find(routes, method::get, "/").pattern == "/");
    CHECK(find(routes, method::get, "/api/todos?limit=1").pattern == "/api/todos");
    CHECK(find(routes, method::post, "/api/todos").pattern == "/api/todos");
    CHECK(find(routes, method::get, "/api%2Ftodos").pattern.empty());
    CHECK(find(routes, method::get, "/%61pi/todos").pattern == "/api/todos");
}

TEST_CASE("a parameter is one decoded segment, which an encoded slash does not split") {
    const auto one = find(todo_routes(), method::get, "/api/todos/a%2Fb%20c");
    CHECK(one.pattern == "/api/todos/{id}");
    CHECK(one.params == pairs{{"id", "a/b c"}});
    CHECK(one.path == "/api/todos/a/b c");
    CHECK(find(todo_routes(), method::get, "/api/todos/1/events/2").params == pairs{{"id", "1"}, {"seq", "2"}});
}

TEST_CASE("a literal wins over a parameter in any order, but not for another method") {
    CHECK(find(todo_routes(), method::get, "/api/todos/archive").pattern == "/api/todos/archive");
    CHECK(find(todo_routes(), method::get, "/api/todos/export").pattern == "/api/todos/{id}");
    CHECK(find(todo_routes(), method::delete_, "/api/todos/archive").pattern == "/api/todos/{id}");
}

TEST_CASE("an unknown path has neither route nor allowed methods") {
    const auto target =
        GENERATE("/api", "/api/todos/", "/api/todos/1/", "/api/todos/1/events", "//", "/API/todos", "*", "");
    const auto found = find(todo_routes(), method::get, target);
    CAPTURE(target);
    CHECK(found.pattern.empty());
    CHECK(found.allowed.empty());
}

TEST_CASE("a path that exists for other methods lists them") {
    CHECK(find(todo_routes(), method::put, "/api/todos").allowed ==
          methods{method::get, method::post, method::head, method::options});
    CHECK(find(todo_routes(), method::get, "/api/todos").allowed.empty());
}

TEST_CASE("GET routes serve HEAD") {
    CHECK(find(todo_routes(), method::head, "/api/todos/archive").pattern == "/api/todos/archive");
    CHECK(find(todo_routes(), method::head, "/api/todos/export").pattern == "/api/todos/{id}");
}

TEST_CASE("paths are accepted with and without the base path") {
    const auto base = GENERATE("/project", "/project/", "project");
    const auto routes = todo_routes(base);
    CHECK(find(routes, method::get, "/project/api/todos/1").pattern == "/api/todos/{id}");
    CHECK(find(routes, method::get, "/project/api/todos/1").path == "/api/todos/1");
    CHECK(find(routes, method::get, "/api/todos/1").pattern == "/api/todos/{id}");
    CHECK(find(routes, method::get, "/project").pattern == "/");
    CHECK(find(routes, method::get, "/projects/api/todos").pattern.empty());
    CHECK(find(routes, method::get, "/project/project/api/todos").pattern.empty());
}

TEST_CASE("a base path that is also a route's prefix hides nothing") {
    CHECK(find(todo_routes("/api"), method::get, "/api/todos").pattern == "/api/todos");
    CHECK(find(todo_routes("/api"), method::get, "/api/api/todos").pattern == "/api/todos");
}

TEST_CASE("a duplicate route, or one without a slash, is a programming error") {
    auto routes = todo_routes();
    CHECK_THROWS_AS(routes.add(method::get, "/api/todos", none()), std::logic_error);
    CHECK_THROWS_AS(routes.add(method::get, "api", none()), std::logic_error);
    CHECK_NOTHROW(routes.add(method::put, "/api/todos", none()));
}

TEST_CASE("a parameter may have a literal behind it, which is no part of its value") {
    http::router r;
    r.add(method::get, "/jobs/{name}", none());
    r.add(method::post, "/jobs/{name}:run", none());
    const auto run = find(r, method::post, "/jobs/a%20b:run");
    CHECK(run.pattern == "/jobs/{name}:run");
    CHECK(run.params == pairs{{"name", "a b"}});
    CHECK(find(r, method::get, "/jobs/a").pattern == "/jobs/{name}");
    CHECK(find(r, method::post, "/jobs/:run").pattern.empty());
    CHECK(find(r, method::post, "/jobs/a:stop").pattern.empty());
    CHECK(find(r, method::get, "/jobs/a:run").pattern.empty());  // another resource, that only takes POST
}
