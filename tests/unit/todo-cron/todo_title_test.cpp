#include "domain/todo_title.hpp"

#include "support/catch.hpp"
#include "text/utf8.hpp"

using namespace tidings::todo_cron;

namespace {

const std::string wiki = "https://en.wikipedia.org/wiki/";  // 30 code points, and 5 of "Read "

std::string times(int n, std::string_view text) {
    std::string out;
    while (n-- > 0)
        out += text;
    return out;
}

}  // namespace

TEST_CASE("a short URL is kept as it is") {
    CHECK(title_for(wiki + "Aachen") == "Read https://en.wikipedia.org/wiki/Aachen");
    CHECK(title_for(wiki + "M%C3%BCnchen") == "Read https://en.wikipedia.org/wiki/M%C3%BCnchen");
    CHECK(title_for(wiki + times(105, "a")) == "Read " + wiki + times(105, "a"));
}

TEST_CASE("a URL that is too long is written as an IRI") {
    CHECK(title_for(wiki + times(100, "%C3%BC")) == "Read " + wiki + times(100, "\u00fc"));
    CHECK(title_for(wiki + times(105, "%E4%BA%BA")) == "Read " + wiki + times(105, "\u4eba"));
    CHECK(title_for(wiki + times(30, "%F0%9F%98%80")) == "Read " + wiki + times(30, "\U0001F600"));
}

TEST_CASE("a URL too long even as an IRI gives no title") {
    CHECK_FALSE(title_for(wiki + times(106, "a")));
    CHECK_FALSE(title_for(wiki + times(106, "%C3%BC")));
    CHECK_FALSE(title_for(wiki + times(60, "%2F")));
}

TEST_CASE("without another article the title is cut after 139 code points") {
    CHECK(cut_title(wiki + "Aachen") == "Read " + wiki + "Aachen");
    CHECK(cut_title(wiki + times(105, "%C3%BC")) == "Read " + wiki + times(105, "\u00fc"));
    CHECK(cut_title(wiki + times(106, "a")) == "Read " + wiki + times(104, "a") + "…");
    CHECK(cut_title(wiki + times(106, "%C3%BC")) == "Read " + wiki + times(104, "\u00fc") + "…");
    CHECK(cut_title(wiki + times(2000, "%E4%BA%BA")) == "Read " + wiki + times(104, "\u4eba") + "…");
    CHECK(tidings::text::count_code_points(cut_title(wiki + times(2000, "%F0%9F%98%80"))) == 140);
}

TEST_CASE("a cut never splits an escape") {
    CHECK(cut_title(wiki + times(40, "%2F")) == "Read " + wiki + times(34, "%2F") + "…");
    CHECK(cut_title(wiki + "a" + times(40, "%2F")) == "Read " + wiki + "a" + times(34, "%2F") + "…");
    CHECK(cut_title(wiki + "aa" + times(40, "%2F")) == "Read " + wiki + "aa" + times(34, "%2F") + "…");
}

TEST_CASE("only visible characters that keep their meaning are decoded") {
    const std::pair<std::string, std::string> table[] = {
        {"a%C3%BCb", "a\u00fcb"},
        {"a%c3%bcb", "a\u00fcb"},
        {"%E2%82%AC%F0%9F%98%80", "\u20ac\U0001F600"},
        {"a%2Fb%3F%23%25%20%41", "a%2Fb%3F%23%25%20%41"},  // ASCII stays: it may be a delimiter
        {"%00%0A%7F", "%00%0A%7F"},
        {"%C2%85%C2%A0", "%C2%85%C2%A0"},              // a control character, no-break space
        {"%C2%AD", "%C2%AD"},                          // soft hyphen
        {"%E2%80%AE%E2%80%8B", "%E2%80%AE%E2%80%8B"},  // right-to-left override, zero-width space
        {"%E3%80%80%EF%BB%BF", "%E3%80%80%EF%BB%BF"},  // ideographic space, byte order mark
        {"%EE%80%80", "%EE%80%80"},                    // private use
        {"%C3", "%C3"},                                // broken UTF-8
        {"%C3%", "%C3%"},
        {"%C3%2", "%C3%2"},
        {"%C3x%BC", "%C3x%BC"},
        {"%C0%AF", "%C0%AF"},  // overlong
        {"%E0%80%AF", "%E0%80%AF"},
        {"%F0%80%80%AF", "%F0%80%80%AF"},
        {"%ED%A0%80", "%ED%A0%80"},        // surrogate
        {"%F4%90%80%80", "%F4%90%80%80"},  // beyond Unicode
        {"%FF%FE", "%FF%FE"},
        {"%zz%", "%zz%"},
        {"", ""},
    };
    for (const auto& [url, expected] : table)
        CHECK(iri_of(url) == expected);
}
