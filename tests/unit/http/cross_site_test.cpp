#include "http/server/cross_site.hpp"

#include "support/catch.hpp"

using namespace tidings;

TEST_CASE("cross-site requests are told apart from our own and from programs") {
    struct row {
        const char *site, *origin, *host;
        bool cross;
    };
    const auto [site, origin, host, cross] = GENERATE(
        row{"", "", "127.0.0.1:8088", false}, row{"same-origin", "http://a:1", "a:1", false},
        row{"none", "", "a:1", false}, row{"cross-site", "", "a:1", true}, row{"same-site", "http://b:1", "a:1", true},
        row{"cross-site", "http://a:1", "a:1", true}, row{"", "http://a:1", "a:1", false},
        row{"", "http://a:2", "a:1", true}, row{"", "https://evil.example", "a:1", true}, row{"", "null", "a:1", true},
        row{"", "http://a:1.evil.example", "a:1", true});
    CAPTURE(site, origin, host);
    http::request r;
    r.headers.emplace_back("host", host);
    if (*site != 0) r.headers.emplace_back("sec-fetch-site", site);
    if (*origin != 0) r.headers.emplace_back("origin", origin);
    CHECK(http::is_cross_site(r) == cross);
}
