// What clients of any kind expect of an HTTP API: codings, types, origins, ids.
#include "backend.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::string large_todo() { return R"({"title":"large","notes":")" + std::string(3'000, 'n') + "\"}"; }

headers with(headers h, const std::string& name, const std::string& value) {
    h.emplace_back(name, value);
    return h;
}

}  // namespace

TEST_CASE("the tag of a compressed to-do does all that the tag of a plain one does") {
    const servers world;
    const auto be = world.start();
    const auto path = "/api/todos/" + id_of(be.post(large_todo()));
    const headers gzip{{"Accept-Encoding", "gzip"}};
    const auto read = be.call("GET", path, {}, gzip);
    CHECK(read.header("content-encoding") == "gzip");
    CHECK(read.header("etag") == "\"1-gzip\"");
    const auto same = be.call("GET", path, {}, with(gzip, "If-None-Match", read.header("etag")));
    CHECK(same.status == 304);
    CHECK(same.header("etag") == "\"1-gzip\"");
    CHECK(be.call("GET", path, {}, {{"If-None-Match", "\"1-gzip\""}}).status == 304);
    const headers patch{{"Content-Type", "application/merge-patch+json"}, {"If-Match", read.header("etag")}};
    const auto changed = be.call("PATCH", path, R"({"done":true})", patch);
    CHECK(changed.status == 200);
    CHECK(changed.header("etag") == "\"2\"");
    CHECK(be.call("PATCH", path, R"({"done":false})", patch).status == 412);
    CHECK(be.call("GET", path, {}, with(gzip, "If-None-Match", "\"1-gzip\"")).status == 200);
    CHECK(be.call("DELETE", path, {}, {{"If-Match", "\"2-zstd\""}}).status == 204);
}

TEST_CASE("the list is compressed for those who take it, and up to date in every coding") {
    const servers world;
    const auto be = world.start();
    be.post(large_todo());
    std::string last;
    for (int i = 0; i < 3; ++i) {
        for (int round = 0; round < 2; ++round) {
            const auto zstd = be.call("GET", "/api/todos", {}, {{"Accept-Encoding", "gzip, br, zstd"}});
            CHECK(zstd.header("content-encoding") == "zstd");
            CHECK(zstd.header("vary") == "Accept-Encoding");
            if (round == 0) CHECK(zstd.body != last);
            if (round == 1) CHECK(zstd.body == last);
            last = zstd.body;
        }
        CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().size() == static_cast<std::size_t>(i + 1));
        be.post(R"({"title":"one more"})");
    }
}

TEST_CASE("whoever does not take JSON is told so before anything is changed") {
    const servers world;
    const auto be = world.start();
    const auto path = "/api/todos/" + id_of(be.post(R"({"title":"milk"})"));
    const headers html{{"Accept", "text/html"}};
    CHECK(is_problem(be.call("GET", "/api/todos", {}, html), 406));
    CHECK(is_problem(be.call("GET", path, {}, html), 406));
    CHECK(is_problem(be.post(R"({"title":"bread"})", html), 406));
    CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().size() == 1);
    for (const auto* accept : {"text/html, */*;q=0.1", "application/json; charset=utf-8", "application/*", "a b"})
        CHECK(be.call("GET", path, {}, {{"Accept", accept}}).status == 200);
    CHECK(be.call("DELETE", path, {}, html).status == 204);
}

TEST_CASE("pages of the origins that are named may use the API, and no others") {
    const servers world;
    const auto be = world.start({.environment = {{"CORS_ORIGINS", "https://a.example,http://localhost:5173"},
                                                 {"CORS_MAX_AGE", "5m"},
                                                 {"API_TOKEN", "secret"}}});
    const headers ask{{"Origin", "http://localhost:5173"},
                      {"Access-Control-Request-Method", "PATCH"},
                      {"Access-Control-Request-Headers", "authorization,content-type,if-match"}};
    const auto allowed = be.call("OPTIONS", "/api/todos/01890000-0000-7000-8000-000000000000", {}, ask);
    CHECK(allowed.status == 204);
    CHECK(allowed.header("access-control-allow-origin") == "http://localhost:5173");
    CHECK(allowed.header("access-control-allow-methods") == "GET, HEAD, PUT, PATCH, DELETE, OPTIONS");
    CHECK(allowed.header("access-control-max-age") == "300");
    const auto refused = be.call("GET", "/api/todos", {}, {{"Origin", "https://a.example"}});
    CHECK(is_problem(refused, 401));
    CHECK(refused.header("access-control-allow-origin") == "https://a.example");
    CHECK(refused.header("access-control-expose-headers").find("ETag") != std::string::npos);
    CHECK(be.call("GET", "/api/todos", {}, {{"Origin", "https://b.example"}})
              .header("access-control-allow-origin")
              .empty());
}

TEST_CASE("without CORS_ORIGINS no page of another origin may use the API") {
    const servers world;
    const auto be = world.start();
    const auto answer = be.call("GET", "/api/todos", {}, {{"Origin", "https://a.example"}});
    CHECK(answer.status == 200);
    CHECK(answer.header("access-control-allow-origin").empty());
    CHECK(answer.header("vary") == "Accept-Encoding");
}
