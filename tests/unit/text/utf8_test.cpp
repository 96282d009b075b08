#include "text/utf8.hpp"

#include <string>

#include "support/catch.hpp"

using namespace tidings::text;

TEST_CASE("code points of every length are decoded") {
    struct row {
        std::string_view text;
        char32_t value;
        std::size_t length;
    };
    using namespace std::string_view_literals;
    const row rows[] = {
        {"\0"sv, 0, 1},
        {"\x7f", 0x7F, 1},
        {"\u0080", 0x80, 2},
        {"\u07ff", 0x7FF, 2},
        {"\u0800", 0x800, 3},
        {"\ud7ff", 0xD7FF, 3},
        {"\ue000", 0xE000, 3},
        {"\uffff", 0xFFFF, 3},
        {"\U00010000", 0x10000, 4},
        {"\U0010ffff", 0x10FFFF, 4},
    };
    for (const auto& r : rows) {
        const std::string longer = std::string(r.text) + "\xff";
        CHECK(first_code_point(longer).value == r.value);
        CHECK(first_code_point(longer).length == r.length);
        CHECK(is_utf8(r.text));
        CHECK_FALSE(is_utf8(longer));
    }
    CHECK(is_utf8(""));
}

TEST_CASE("invalid UTF-8 has no length") {
    const auto text = GENERATE("\x80", "\xbf", "\xc0\xaf", "\xc1\xbf", "\xc3", "\xc3(", "\xe0\x80\xaf", "\xe0\x9f\xbf",
                               "\xe2\x82", "\xe2(\xa1", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80",
                               "\xf0\x8f\xbf\xbf", "\xf0\x9f\x98", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff");
    CHECK(first_code_point(text).length == 0);
    CHECK_FALSE(is_utf8(text));
    CHECK_FALSE(is_utf8(std::string("a\u20ac") + text));
}
