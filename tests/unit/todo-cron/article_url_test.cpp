#include "domain/article_url.hpp"

#include "support/catch.hpp"

using namespace tidings::todo_cron;

namespace {

constexpr std::string_view page = "https://en.wikipedia.org/wiki/Special:Random";

}  // namespace

TEST_CASE("a Location becomes an absolute URL") {
    const std::pair<std::string, std::string> table[] = {
        {"https://en.wikipedia.org/wiki/Aachen", "https://en.wikipedia.org/wiki/Aachen"},
        {"http://example.org:8080/a?b=c#d", "http://example.org:8080/a?b=c#d"},
        {"/wiki/Aachen", "https://en.wikipedia.org/wiki/Aachen"},
        {"Aachen", "https://en.wikipedia.org/wiki/Aachen"},
        {"../w/index.php?title=Aachen", "https://en.wikipedia.org/w/index.php?title=Aachen"},
        {"?curid=1", "https://en.wikipedia.org/wiki/Special:Random?curid=1"},
        {"//de.wikipedia.org/wiki/Aachen", "https://de.wikipedia.org/wiki/Aachen"},
        {"/wiki/M%C3%BCnchen", "https://en.wikipedia.org/wiki/M%C3%BCnchen"},
        {"/wiki/M\u00fcnchen", "https://en.wikipedia.org/wiki/M%C3%BCnchen"},
        {"/wiki/AC/DC_(band),_'x'!", "https://en.wikipedia.org/wiki/AC/DC_(band),_'x'!"},
        {"HTTPS://en.wikipedia.org/wiki/A", "HTTPS://en.wikipedia.org/wiki/A"},
    };
    for (const auto& [location, expected] : table) {
        INFO(location);
        const auto url = article_url(page, location);
        REQUIRE(url.has_value());
        CHECK(*url == expected);
    }
}

TEST_CASE("a Location other than a web page is rejected") {
    const std::pair<std::string, errc> table[] = {
        {"", errc::location_missing},
        {"/" + std::string(2048, 'a'), errc::location_too_long},
        {"javascript:alert(1)", errc::not_http},
        {"ftp://example.org/a", errc::not_http},
        {"file:///etc/passwd", errc::not_http},
        {"data:text/plain,x", errc::not_http},
        {"https://user:secret@example.org/", errc::has_user_info},
        {"https:///a", errc::no_host},
        {"https://exa mple.org/", errc::not_a_url},
        {"/a b", errc::not_a_url},
        {"/a%2", errc::not_a_url},
        {"/a%zz", errc::not_a_url},
        {"https://example.org:x/", errc::not_a_url},
        {"/a\"b", errc::not_a_url},
    };
    for (const auto& [location, expected] : table) {
        INFO(location);
        CHECK(article_url(page, location).error() == expected);
    }
}

TEST_CASE("a page that moved is the same page") {
    CHECK(same_page("http://en.wikipedia.org/wiki/Special:Random", page));
    CHECK(same_page("https://www.wikipedia.org/wiki/Special:Random", page));
    CHECK_FALSE(same_page("https://en.wikipedia.org/wiki/Aachen", page));
    CHECK_FALSE(same_page("https://en.wikipedia.org/wiki/Special:Random?x", page));
}
