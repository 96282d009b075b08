// What todo-be says about its API, at its own door.
#include "backend.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

constexpr const char* paths[] = {"/api/openapi.json", "/api/asyncapi.json", "/api/docs", "/api/docs.css"};

}  // namespace

TEST_CASE("the document of the API is answered as any other resource, to anybody") {
    const servers world;
    const auto be = world.start({.environment = {{"API_TOKEN", "0123456789abcdef"}}});
    for (const auto* path : paths) {
        INFO(path);
        const auto whole = be.call("GET", path, {}, {{"Accept-Encoding", "identity"}});
        REQUIRE(whole.status == 200);
        CHECK(whole.header("cache-control") == "no-cache");
        const auto head = be.call("HEAD", path, {}, {{"Accept-Encoding", "identity"}});
        CHECK(head.header("content-length") == std::to_string(whole.body.size()));
        CHECK(head.body.empty());
        const auto gzip = be.call("GET", path, {}, {{"Accept-Encoding", "gzip"}});
        CHECK(gzip.header("content-encoding") == "gzip");
        CHECK(gzip.body.size() < whole.body.size() / 2);
        CHECK(gzip.header("etag") != whole.header("etag"));
        for (const auto& tag :
             {whole.header("etag"), gzip.header("etag"), "W/" + whole.header("etag"), std::string("*")})
            CHECK(be.call("GET", path, {}, {{"If-None-Match", tag}}).status == 304);
        for (const auto* tag : {"\"1\"", "x", ""})
            CHECK(be.call("GET", path, {}, {{"If-None-Match", tag}}).status == 200);
        CHECK(be.call("POST", path, "{}").status == 405);
    }
    CHECK(json_of(be.call("GET", paths[0])).at("openapi") == "3.1.0");
    const auto page = be.call("GET", "/api/docs");
    CHECK(page.header("content-type") == "text/html; charset=utf-8");
    CHECK(page.header("content-security-policy").find("style-src 'self'") != std::string::npos);
    CHECK(page.header("content-security-policy").find("unsafe") == std::string::npos);
}

TEST_CASE("the document names the path below which the API is") {
    const servers world;
    const auto be = world.start({.environment = {{"API_BASE_PATH", "/project"}}});
    const auto document = json_of(be.call("GET", "/project/api/openapi.json"));
    CHECK(document.at("servers").as_array().front().as_object().at("url") == "/project");
}
