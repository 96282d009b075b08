#include "http/message/etag.hpp"

#include <string>

#include "support/catch.hpp"

using namespace tidings::http;

TEST_CASE("a list of entity tags is parsed as in RFC 9110") {
    using tags = std::vector<entity_tag>;
    const std::pair<const char*, entity_tags> cases[] = {
        {"*", {true, {}}},
        {" * ", {true, {}}},
        {R"("3")", {false, tags{{"3"}}}},
        {R"("3","5")", {false, tags{{"3"}, {"5"}}}},
        {"\t\"3\" ,\t\"5\" ", {false, tags{{"3"}, {"5"}}}},
        {R"(W/"3", "5")", {false, tags{{"3", true}, {"5"}}}},
        {R"("x,*,y")", {false, tags{{"x,*,y"}}}},
        {R"("x, *, y")", {false, tags{{"x, *, y"}}}},
        {R"("*")", {false, tags{{"*"}}}},
        {R"("a\")", {false, tags{{"a\\"}}}},  // no escapes in entity tags
        {R"("W/")", {false, tags{{"W/"}}}},
        {R"("")", {false, tags{{""}}}},
        {R"(,, "3",, ,"5",)", {false, tags{{"3"}, {"5"}}}},
        {"\"\xC3\xA9\"", {false, tags{{"\xC3\xA9"}}}},
    };
    for (const auto& [list, expected] : cases) {
        INFO(list);
        CHECK(parse_entity_tags(list) == expected);
    }
}

TEST_CASE("a malformed list of entity tags is refused") {
    const char* cases[] = {"",          " ",         ",",          "3",       R"(")",     R"("3)",    R"(3")",
                           R"('3')",    R"(w/"3")",  R"(W /"3")",  R"(W/3)",  R"(W/)",    "**",       "*, *",
                           R"(*,"3")",  R"("3", *)", R"("3" "5")", R"("3"x)", R"("3";)",  "\"a\tb\"", "\"\x7F\"",
                           R"("3","5)", "x, *, y",   R"(-"3")",    "null",    "undefined"};
    for (const auto* list : cases) {
        INFO(list);
        CHECK_FALSE(parse_entity_tags(list));
    }
}

TEST_CASE("a strong tag names the coding and a weak one does not") {
    CHECK(etag_in(coding::gzip, "\"7\"") == "\"7-gzip\"");
    CHECK(etag_in(coding::zstd, "\"7\"") == "\"7-zstd\"");
    CHECK(etag_in(coding::identity, "\"7\"") == "\"7\"");
    CHECK(etag_in(coding::gzip, "W/\"7\"") == "W/\"7\"");
    CHECK(without_coding("7-gzip") == "7");
    CHECK(without_coding("7-zstd") == "7");
    CHECK(without_coding("7") == "7");
    CHECK(without_coding("7-br") == "7-br");
}
