#include "identity/discovery.hpp"

#include "support/catch.hpp"

using namespace tidings::identity;
using namespace std::chrono_literals;
using Catch::Contains;

namespace {

constexpr const char* issuer = "https://id.example.com";

std::string problem(const std::string& document) { return jwks_url_in(document, issuer, false).problem; }

}  // namespace

TEST_CASE("keys are fetched over https, or http from this machine") {
    for (const auto* url : {"https://id.example.com", "http://127.0.0.1:8080/a", "http://localhost:1", "http://[::1]/"})
        CHECK(url_problem(url, false).empty());
    for (const auto* url : {"http://id.example.com", "http://10.0.0.1", "http://localhost.example.com"}) {
        CHECK_THAT(url_problem(url, false), Contains("is http"));
        CHECK(url_problem(url, true).empty());
    }
    for (const auto* url :
         {"", "id.example.com", "ftp://id.example.com", "file:///etc/passwd", "https://a@b", "https://a#b"})
        CHECK_THAT(url_problem(url, true), Contains("is not an absolute"));
    CHECK_THAT(issuer_problem("https://id.example.com?a=b", false), Contains("query"));
}

TEST_CASE("the discovery document is below the issuer's path") {
    CHECK(discovery_url("https://a") == "https://a/.well-known/openid-configuration");
    CHECK(discovery_url("https://a/") == "https://a/.well-known/openid-configuration");
    CHECK(discovery_url("https://a/realms/b") == "https://a/realms/b/.well-known/openid-configuration");
}

TEST_CASE("the discovery document names the keys' place, if it is the issuer's") {
    CHECK(jwks_url_in(R"({"issuer":"https://id.example.com","jwks_uri":"https://keys.example.com/"})", issuer, false)
              .url == "https://keys.example.com/");
    CHECK_THAT(problem(R"({"issuer":"https://id.example.com/","jwks_uri":"https://a/"})"), Contains("another issuer"));
    CHECK_THAT(problem(R"({"jwks_uri":"https://a/"})"), Contains("another issuer"));
    CHECK_THAT(problem(R"({"issuer":"https://id.example.com"})"), Contains("no jwks_uri"));
    CHECK_THAT(problem(R"({"issuer":"https://id.example.com","jwks_uri":"http://a/"})"), Contains("is http"));
    CHECK_THAT(problem("<html>"), Contains("no JSON object"));
    CHECK_THAT(problem(R"({"issuer":"https://x","issuer":"https://id.example.com"})"), Contains("twice"));
}

TEST_CASE("how long an answer is fresh is read from Cache-Control") {
    CHECK(freshness("max-age=600") == 600s);
    CHECK(freshness("public, Max-Age=15 , must-revalidate") == 15s);
    CHECK(freshness("max-age=600, no-store") == 0s);
    CHECK(freshness("no-cache") == 0s);
    for (const auto* text : {"", "public", "max-age=", "max-age=-1", "max-age=99999999999", "xmax-age=5", ",,,"})
        CHECK_FALSE(freshness(text));
}
