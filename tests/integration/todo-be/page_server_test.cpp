// The API as clients see it behind the page's nginx.
#include <boost/json/parse.hpp>

#include "backend.hpp"
#include "page_server.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;

namespace {

std::string large_todo() {
    std::string labels;
    for (int i = 10; i < 30; ++i)
        labels += (labels.empty() ? "\"" : ",\"") + std::to_string(i) + std::string(38, 'l') + '"';
    return R"({"title":")" + std::string(140, 'x') + R"(","labels":[)" + labels + "]}";
}

const headers json = {{"Content-Type", "application/json"}, {"Accept-Encoding", "gzip"}};

// The status, and whether the body is an uncacheable problem document.
int status_of_problem(const std::string& raw) {
    INFO(raw);
    const auto body = raw.find("\r\n\r\n");
    REQUIRE(body != std::string::npos);
    CHECK(raw.find("Content-Type: application/problem+json\r\n") < body);
    CHECK(raw.find("Cache-Control: no-store\r\n") < body);
    const auto first = raw.find("X-Content-Type-Options: nosniff\r\n");
    CHECK(first < body);
    CHECK(raw.find("X-Content-Type-Options", first + 1) == std::string::npos);
    const auto document = boost::json::parse(raw.substr(body + 4)).as_object();
    const auto status = std::stoi(raw.substr(9, 3));
    CHECK(document.at("status") == status);
    return status;
}

}  // namespace

TEST_CASE("an ETag survives the page's nginx") {
    const servers world;
    const auto be = world.start();
    const page_server page(be.port());
    for (const auto& body : {std::string(R"({"title":"small"})"), large_todo()}) {
        const auto created = support::http_call("POST", page.url() + "/api/todos", body, json);
        CHECK(created.header("etag").starts_with("\"1"));
        const auto item = page.url() + created.header("location");
        const auto read = support::http_call("GET", item, {}, {{"Accept-Encoding", "gzip"}});
        const bool compressed = !read.header("content-encoding").empty();
        CHECK(compressed == (body == large_todo()));
        CHECK(read.header("etag") == (compressed ? "\"1-gzip\"" : "\"1\""));
        auto conditional = json;
        conditional.emplace_back("If-Match", read.header("etag"));
        const auto patched = support::http_call("PATCH", item, R"({"done":true})", conditional);
        CHECK(patched.status == 200);
        CHECK(patched.header("etag").starts_with("\"2"));
        CHECK(support::http_call("GET", item, {}, {{"If-None-Match", "\"2\""}}).status == 304);
    }
}

TEST_CASE("files of to-dos pass the page's nginx, larger than any other body, and no page of another site sends one") {
    const servers world;
    const auto be = world.start();
    const page_server page(be.port());
    std::string file = "title\n";
    while (file.size() < 512 * 1024)
        file += std::string(100, 'x') + '\n';
    const auto import = page.url() + "/api/todos:import?dry_run=true";
    CHECK(support::http_call("POST", import, file, {{"Content-Type", "text/csv"}}).status == 200);
    CHECK(support::http_call("GET", page.url() + "/api/todos:export?format=csv").status == 200);
    CHECK(support::http_call("GET", page.url() + "/api/todos.ics?secret=none").status == 404);
    // Of a shared list too: who says that there is none here is todo-be.
    const auto of_list =
        support::http_call("POST", page.url() + "/api/lists/1/todos:import", file, {{"Content-Type", "text/csv"}});
    CHECK(is_problem(of_list, 404));
    const headers form{{"Content-Type", "text/plain"}, {"Origin", "https://evil.example"}};
    CHECK(support::http_call("POST", import, "a to-do", form).status == 403);
    const headers fetched{{"Sec-Fetch-Site", "cross-site"}};
    CHECK(support::http_call("POST", page.url() + "/api/todos:clear-done", {}, fetched).status == 403);
}

TEST_CASE("the list is still compressed") {
    const servers world;
    const auto be = world.start();
    const page_server page(be.port());
    be.post(large_todo());
    const auto list = support::http_call("GET", page.url() + "/api/todos", {}, {{"Accept-Encoding", "gzip"}});
    CHECK(list.header("content-encoding") == "gzip");
    CHECK(list.header("cache-control") == "private, no-cache");
}

TEST_CASE("nginx's own errors are problem documents") {
    const servers world;
    auto be = world.start();
    const page_server page(be.port());
    const std::string close = "Host: h\r\nConnection: close\r\n";
    const std::pair<std::string, int> cases[] = {
        {"GET /api/todos/% HTTP/1.1\r\n" + close + "\r\n", 400},
        {"GET /api/todos HTTP/1.1\r\nConnection: close\r\n\r\n", 400},
        {"GET /api/todos HTTP/1.1\r\n" + close + "Host: i\r\n\r\n", 400},
        {"nonsense\r\n\r\n", 400},
        {"GET /api/todos?" + std::string(9'000, 'a') + " HTTP/1.1\r\n" + close + "\r\n", 414},
        {"GET /api/todos HTTP/1.1\r\n" + close + "X: " + std::string(9'000, 'a') + "\r\n\r\n", 431},
        {"POST /api/todos HTTP/1.1\r\n" + close + "Content-Length: 200000\r\n\r\n", 413},
        {"TRACE /api/todos HTTP/1.1\r\n" + close + "\r\n", 405},
        {"POST / HTTP/1.1\r\n" + close + "Content-Length: 0\r\n\r\n", 405},
        {"POST /api/todos HTTP/1.1\r\n" + close + "Transfer-Encoding: gzip\r\n\r\n", 501},
        {"GET /api/todos HTTP/3.0\r\n" + close + "\r\n", 505},
        {"GET /api/webhooks/endpoints HTTP/1.1\r\n" + close + "\r\n", 503},
        {"PUT /api/todos HTTP/1.1\r\n" + close + "Content-Length: 0\r\n\r\n", 405},
        {"GET /api/nothing HTTP/1.1\r\n" + close + "\r\n", 404},
    };
    for (const auto& [request, status] : cases) {
        INFO(request.substr(0, 60));
        const auto answer = support::raw_exchange(page.port(), request);
        CHECK(status_of_problem(answer) == status);
        CHECK((answer.find("\r\nAllow: ") != std::string::npos) == (status == 405));
        CHECK((answer.find("\r\nRetry-After: 1\r\n") != std::string::npos) == (status == 503));
    }
    CHECK(status_of_problem(support::raw_exchange(page.port(), "GET /api HTTP/1.1\r\n" + close + "\r\n")) == 404);
    be.process().stop();
    const auto away = support::raw_exchange(page.port(), "GET /api/todos HTTP/1.1\r\n" + close + "\r\n");
    CHECK(status_of_problem(away) == 503);
    CHECK(away.find("\r\nRetry-After: 1\r\n") != std::string::npos);
    CHECK(support::http_call("GET", page.url() + "/-/problem").status == 404);
    CHECK(support::http_call("GET", page.url() + "/no-page").header("content-type").starts_with("text/html"));
}

TEST_CASE("nginx's own 405 lists the allowed methods") {
    const servers world;
    const auto be = world.start();
    const page_server page(be.port());
    const std::pair<std::string, std::string> allowed[] = {
        {"TRACE /api/todos?limit=1", "GET, HEAD, POST, OPTIONS"},
        {"TRACE /api/todos/1", "GET, HEAD, PUT, PATCH, DELETE, OPTIONS"},
        {"TRACE /api/webhooks/attempts", "GET, HEAD, OPTIONS"},
        {"TRACE /api/webhooks/dead-letters/1/replay", "POST, OPTIONS"},
        {"POST /", "GET, HEAD"}};
    for (const auto& [line, methods] : allowed) {
        INFO(line);
        const auto request = line + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        const auto answer = support::raw_exchange(page.port(), request);
        CHECK(answer.find("\r\nAllow: " + methods + "\r\n") != std::string::npos);
    }
}
