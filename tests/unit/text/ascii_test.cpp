#include "text/ascii.hpp"

#include "support/catch.hpp"

using namespace tidings::text;

TEST_CASE("only ASCII letters have a lower case") {
    CHECK(lowered("Content-TYPE: @[`{ 09") == "content-type: @[`{ 09");
    CHECK(lowered("\xC3\x84\xC0\xFF") == "\xC3\x84\xC0\xFF");
    CHECK(lowered("").empty());
}

TEST_CASE("texts are compared ignoring ASCII case") {
    CHECK(iequals("", ""));
    CHECK(iequals("Bearer", "bEARER"));
    CHECK_FALSE(iequals("bearer", "bearer "));
    CHECK_FALSE(iequals("@", "`"));  // 0x20 apart, as letters are
    CHECK_FALSE(iequals("[", "{"));
    CHECK_FALSE(iequals("\xC4", "\xE4"));
}

TEST_CASE("a prefix matches in any case and is never longer than the text") {
    CHECK(istarts_with("Tidings-Event-Id", "tidings-"));
    CHECK(istarts_with("text", ""));
    CHECK(istarts_with("TEXT", "text"));
    CHECK_FALSE(istarts_with("tiding", "tidings-"));
    CHECK_FALSE(istarts_with("", "t"));
}

TEST_CASE("ASCII white space is trimmed at both ends only") {
    CHECK(trim(" \t\r\na b\n ") == "a b");
    CHECK(trim("ab") == "ab");
    CHECK(trim(" \t ").empty());
    CHECK(trim("").empty());
    CHECK(trim("\xC2\xA0") == "\xC2\xA0");
}

TEST_CASE("characters are classified as in ASCII") {
    CHECK(all_digits("0123456789"));
    CHECK_FALSE(all_digits(""));
    CHECK_FALSE(all_digits("1a"));
    CHECK_FALSE(all_digits("/"));
    CHECK_FALSE(all_digits(":"));
    for (const char c : std::string_view("azAZ"))
        CHECK((is_letter(c) && is_letter_or_digit(c) && !is_digit(c)));
    for (const char c : std::string_view("`{@[\xC4\xFF"))
        CHECK_FALSE(is_letter_or_digit(c));
}
