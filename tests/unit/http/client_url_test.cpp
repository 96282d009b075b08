#include "http/client/url.hpp"
#include "support/catch.hpp"

using tidings::http::parse_url;

TEST_CASE("an absolute URL is parsed") {
    struct row {
        const char* text;
        const char* scheme;
        const char* host;
        std::uint16_t port;
        const char* target;
        const char* host_header;
    };
    const row rows[] = {
        {"http://example.com", "http", "example.com", 80, "/", "example.com"},
        {"https://example.com/", "https", "example.com", 443, "/", "example.com"},
        {"HTTPS://Example.COM:443/a%20b?x=1&y=%41", "https", "example.com", 443, "/a%20b?x=1&y=%41", "example.com"},
        {"http://example.com:8080?q", "http", "example.com", 8080, "/?q", "example.com:8080"},
        {"https://example.com:80/p", "https", "example.com", 80, "/p", "example.com:80"},
        {"http://example.com:/p", "http", "example.com", 80, "/p", "example.com"},
        {"http://[::1]:9/x", "http", "::1", 9, "/x", "[::1]:9"},
        {"http://127.0.0.1:1", "http", "127.0.0.1", 1, "/", "127.0.0.1:1"},
        {"http://a_b.internal./", "http", "a_b.internal.", 80, "/", "a_b.internal."},
        {"http://example.com:65535/", "http", "example.com", 65535, "/", "example.com:65535"},
    };
    for (const auto& r : rows) {
        INFO(r.text);
        const auto parts = parse_url(r.text);
        REQUIRE(parts);
        CHECK(parts->scheme == r.scheme);
        CHECK(parts->host == r.host);
        CHECK(parts->port == r.port);
        CHECK(parts->target == r.target);
        CHECK(parts->host_header == r.host_header);
    }
}

namespace {

const char* const refused_urls[] = {
    "",
    "example.com",
    "/path",
    "//example.com/",
    "ftp://example.com/",
    "http:",
    "http:///path",
    "http:example.com",
    "http://",
    "http://:80/",
    "http://user@example.com/",
    "http://user:password@example.com/",
    "http://@example.com/",
    "http://example.com/#part",
    "http://example.com:0/",
    "http://example.com:65536/",
    "http://127.0.0.1:65616/",
    "http://127.0.0.1:105065/",
    "http://[::1]:131152/",
    "https://example.com:4294967739/",
    "http://example.com:+80/",
    "http://example.com:-1/",
    "http://example.com:99999999999/",
    "http://example.com:http/",
    "http://example.com:80x/",
    "http://example.com:@example.org/",
    "http://exa mple.com/",
    "http://example.com/a b",
    "http://example.com/\r\nX: y",
    "http://a%0d%0aX:%20y/",
    "http://a%00b/",
    "http://a%2fb/",
    "http://[::1/",
    "http://[v1.x]/",
    "http://[fe80::1%25eth0]/",
    "http://[fe80::1%eth0]/",
    "http://[fe80::1%25]/",
    "http://[::1%251]/",
    "http://[::ffff:127.0.0.1%25x]/",
    "http://[fe80::1%25e%0d%0aX%3a%20y]/",
    "http://[fe80::1%25a%00b]/",
    "http://.example.com/",
    "http://\xc3\xbc.example/",
};

}  // namespace

TEST_CASE("anything but a safe absolute http URL is rejected") {
    for (const auto* text : refused_urls) {
        INFO(text);
        CHECK_FALSE(parse_url(text));
    }
}
