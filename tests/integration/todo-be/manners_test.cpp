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
    for (const auto* accept : {"text/html, */*;q=0.1", "application/json; charset=utf-8", "application/*"})
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

TEST_CASE("an address has its rate, told with every answer, and is refused beyond it") {
    const servers world;
    const auto be =
        world.start({.environment = {{"RATE_LIMIT", "3"}, {"RATE_LIMIT_WINDOW", "1h"}, {"API_TOKEN", "secret"}}});
    const headers token{{"Authorization", "Bearer secret"}};
    const auto first = be.call("GET", "/api/todos", {}, token);
    CHECK(first.status == 200);
    CHECK(first.header("ratelimit-policy") == R"("address";q=3;w=3600)");
    CHECK(first.header("ratelimit").starts_with(R"("address";r=2;t=)"));
    // Whoever tries tokens is counted as well.
    const auto guess = be.call("GET", "/api/todos", {}, {{"Authorization", "Bearer guess"}});
    CHECK(is_problem(guess, 401));
    CHECK(guess.header("ratelimit").starts_with(R"("address";r=1;t=)"));
    CHECK(
        be.call("POST", "/api/todos", R"({"title":"third"})", with(token, "Content-Type", "application/json")).status ==
        201);
    const auto refused = be.call("GET", "/api/todos", {}, with(token, "X-Forwarded-For", "203.0.113.9"));
    CHECK(is_problem(refused, 429));
    CHECK(refused.header("ratelimit").starts_with(R"("address";r=0;t=)"));
    const auto wait = std::stoi(refused.header("retry-after"));
    CHECK((wait > 1'100 && wait <= 1'200));
    CHECK(be.call("GET", "/readyz").status == 200);
    CHECK(be.call("OPTIONS", "/api/todos").status == 204);
}

TEST_CASE("behind a trusted proxy the address is that which it names") {
    const servers world;
    const auto be = world.start(
        {.environment = {{"RATE_LIMIT", "1"}, {"RATE_LIMIT_WINDOW", "1h"}, {"TRUSTED_PROXIES", "127.0.0.0/8"}}});
    const auto status = [&](const std::string& forwarded) {
        return be.call("GET", "/api/todos", {}, {{"X-Forwarded-For", forwarded}}).status;
    };
    CHECK(status("203.0.113.1") == 200);
    CHECK(status("203.0.113.2") == 200);
    CHECK(status("203.0.113.1") == 429);
    CHECK(status("6.6.6.6, 203.0.113.2") == 429);
    CHECK(status("2001:db8::1") == 200);
    CHECK(status("2001:db8::2") == 429);
    CHECK(status("2001:db8:0:1::2") == 200);
}

TEST_CASE("without RATE_LIMIT there is no limit and no word of one") {
    const servers world;
    const auto be = world.start();
    CHECK(be.call("GET", "/api/todos").header("ratelimit").empty());
}

TEST_CASE("without CORS_ORIGINS no page of another origin may use the API") {
    const servers world;
    const auto be = world.start();
    const auto answer = be.call("GET", "/api/todos", {}, {{"Origin", "https://a.example"}});
    CHECK(answer.status == 200);
    CHECK(answer.header("access-control-allow-origin").empty());
    CHECK(answer.header("vary") == "Accept-Encoding");
}
