#include "http/message/target.hpp"

#include "support/catch.hpp"

using namespace tidings;
using pairs = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("percent-decoding accepts only well-formed input") {
    struct row {
        std::string given;
        std::optional<std::string> decoded;
    };
    const auto [given, decoded] = GENERATE(values<row>({
        {"", ""},
        {"abc", "abc"},
        {"a%20b", "a b"},
        {"%41%4a%4A", "AJJ"},
        {"a+b", "a+b"},
        {"caf%C3%A9", "caf\xC3\xA9"},
        {"%F0%9F%98%80", "\xF0\x9F\x98\x80"},
        {"%", std::nullopt},
        {"a%2", std::nullopt},
        {"%2x", std::nullopt},
        {"%x2", std::nullopt},
        {"%%20", std::nullopt},
        {"%00", std::nullopt},
        {"%FF", std::nullopt},
        {"%C3", std::nullopt},
        {"%C0%80", std::nullopt},
        {"%ED%A0%80", std::nullopt},
        {"%E0%80%80", std::nullopt},
        {"%F4%90%80%80", std::nullopt},
        {"%F0%9F%98", std::nullopt},
        {"\x80", std::nullopt},
    }));
    CAPTURE(given);
    CHECK(http::percent_decode(given) == decoded);
}

TEST_CASE("a target is split into path and query, and the query is decoded as a form") {
    http::request r;
    r.target = "/a%20b/c?x=1&y=a+b%2Bc&&flag&x=2&e=&q=a=b";
    REQUIRE(http::parse_target(r));
    CHECK(r.path == "/a b/c");
    CHECK(r.query == pairs{{"x", "1"}, {"y", "a b+c"}, {"flag", ""}, {"x", "2"}, {"e", ""}, {"q", "a=b"}});
}

TEST_CASE("a target with an empty query has no query") {
    http::request r;
    r.target = "/a?";
    REQUIRE(http::parse_target(r));
    CHECK(r.path == "/a");
    CHECK(r.query.empty());
}

TEST_CASE("the absolute form is accepted") {
    http::request r;
    r.target = GENERATE("http://host:80/a?b=1", "https://host/a?b=1", "HTTP://HOST/a?b=1", "hTTps://[::1]:1/a?b=1");
    REQUIRE(http::parse_target(r));
    CHECK(r.path == "/a");
    CHECK(r.query == pairs{{"b", "1"}});
    CHECK(http::raw_path("http://host") == "/");
    CHECK(http::raw_path("http://host?x=/y") == "/");
}

TEST_CASE("a malformed target is rejected") {
    http::request r;
    r.target = GENERATE("", "*", "a/b", "host:80", "/a%", "/a%00b", "/a?x=%zz", "/a?%ff=1", "ftp://host/a", "http:///a",
                        "http://?b", "http://u@h/a", "http://a b/", "http://h:x/a", "HTTP:/a", "http:a");
    CAPTURE(r.target);
    CHECK_FALSE(http::parse_target(r));
}

TEST_CASE("the host is that of an absolute target, else of the header") {
    http::request r;
    r.headers = {{"host", "a.example"}};
    r.target = "/x?u=http://c.example/";
    CHECK(http::host_of(r) == "a.example");
    r.target = "HTTP://b.example:81/x";
    CHECK(http::host_of(r) == "b.example:81");
}
