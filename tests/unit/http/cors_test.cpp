#include "http/server/cors.hpp"

#include "support/catch.hpp"

using namespace tidings::http;

namespace {

request from(const char* origin, method m = method::get) {
    request r;
    r.method = m;
    r.headers = {{"origin", origin}};
    if (m == method::options) r.headers.emplace_back("access-control-request-method", "PUT");
    return r;
}

std::string lines(const request& r, std::vector<std::string> origins, std::string_view allow = {}) {
    std::string out;
    append_cors_lines(out, {.origins = std::move(origins), .max_age = std::chrono::seconds(90)}, r, allow);
    return out;
}

bool has(const std::string& all, const std::string& line) { return ("\r\n" + all).find("\r\n" + line) != all.npos; }

}  // namespace

TEST_CASE("a page of an allowed origin may read answers and the headers it needs") {
    const auto found = lines(from("https://a.example"), {"http://b.example:5173", "https://a.example"});
    CHECK(has(found, "Access-Control-Allow-Origin: https://a.example\r\n"));
    CHECK(has(found, "Access-Control-Expose-Headers: "));
    for (const auto* name : {"ETag", "Location", "Link", "RateLimit", "RateLimit-Policy", "Retry-After"})
        CHECK(found.find(name) != found.npos);
    CHECK_FALSE(has(found, "Access-Control-Allow-Methods"));
    CHECK_FALSE(has(found, "Access-Control-Allow-Credentials"));
}

TEST_CASE("pages of other origins, and what is no page, are told nothing") {
    CHECK(lines(from("https://c.example"), {"https://a.example"}).empty());
    CHECK(lines(from("https://a.example.evil"), {"https://a.example"}).empty());
    CHECK(lines(from("null"), {"https://a.example"}).empty());
    CHECK(lines(request(), {"https://a.example"}).empty());
    CHECK(lines(request(), {"*"}).empty());
}

TEST_CASE("where all origins are allowed the answer does not name the page's") {
    CHECK(has(lines(from("https://c.example"), {"*"}), "Access-Control-Allow-Origin: *\r\n"));
}

TEST_CASE("a preflight is told the methods of the resource, the headers, and for how long") {
    const auto found = lines(from("https://a.example", method::options), {"https://a.example"}, "GET, PUT");
    CHECK(has(found, "Access-Control-Allow-Methods: GET, PUT\r\n"));
    CHECK(has(found, "Access-Control-Max-Age: 90\r\n"));
    CHECK(has(found, "Access-Control-Allow-Headers: "));
    for (const auto* name : {"Authorization", "Content-Type", "If-Match", "Idempotency-Key"})
        CHECK(found.find(name) != found.npos);
    CHECK(lines(from("https://c.example", method::options), {"https://a.example"}, "GET, PUT").empty());
}

TEST_CASE("an origin is written as browsers write it") {
    for (const auto* text : {"https://a.example", "http://localhost:5173", "http://[::1]:8080", "https://a-b.c:8443"}) {
        INFO(text);
        CHECK(is_origin(text));
    }
    for (const auto* text : {"", "*", "null", "a.example", "https://", "https://a.example/", "https://A.example",
                             "ftp://a.example", "https://a.example:443", "http://a.example:80", "https://u@a.example",
                             "https://a.example/x", "https://a b"}) {
        INFO(text);
        CHECK_FALSE(is_origin(text));
    }
}
