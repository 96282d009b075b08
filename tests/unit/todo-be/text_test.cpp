#include "domain/text.hpp"

#include <string>

#include "domain/todo.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

struct text_case {
    const char* what;
    std::string text;
    boost::system::error_code failure;  // none: valid
    std::size_t count = 0;
};

std::string repeated(const std::string& unit, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i)
        text += unit;
    return text;
}

}  // namespace

TEST_CASE("code points are counted and ill-formed text is rejected") {
    const text_case cases[] = {
        {"nothing", "", {}, 0},
        {"ASCII", "abc", {}, 3},
        {"two bytes", "\xC3\xA9", {}, 1},
        {"three bytes", "\xE2\x82\xAC", {}, 1},
        {"four bytes", "\xF0\x9F\x8E\x89!", {}, 2},
        {"the highest code point", "\xF4\x8F\xBF\xBF", {}, 1},
        {"above the highest", "\xF4\x90\x80\x80", errc::text_not_utf8},
        {"overlong slash", "\xC0\xAF", errc::text_not_utf8},
        {"overlong three", "\xE0\x80\xAF", errc::text_not_utf8},
        {"surrogate", "\xED\xA0\x80", errc::text_not_utf8},
        {"cut short", "a\xE2\x82", errc::text_not_utf8},
        {"lone continuation", "\x80", errc::text_not_utf8},
        {"bad continuation", "\xC3(", errc::text_not_utf8},
        {"five byte form", "\xF8\x88\x80\x80\x80", errc::text_not_utf8},
        {"NUL", std::string("a\0b", 3), errc::text_control},
        {"newline", "a\nb", errc::text_control},
        {"DEL", "\x7F", errc::text_control},
        {"C1 control", "\xC2\x85", errc::text_control},
    };
    for (const auto& c : cases) {
        INFO(c.what);
        const auto count = count_code_points(c.text);
        CHECK(count.has_error() == c.failure.failed());
        if (count) {
            CHECK(*count == c.count);
        } else {
            CHECK(count.error() == c.failure);
        }
    }
}

TEST_CASE("white space of any kind is trimmed at both ends") {
    const std::pair<std::string, std::string> cases[] = {
        {"", ""},
        {" \t\r\n\v\f", ""},
        {"  a b  ", "a b"},
        {"\xC2\xA0 x \xC2\xA0", "x"},                    // no-break space
        {"\xE3\x80\x80\xE2\x80\x83y\xE2\x80\xA8", "y"},  // ideographic space, em space, line separator
        {"\xC2\x85z", "z"},                              // next line
        {" \xFF ", "\xFF"},                              // not UTF-8: kept, rejected later
        {"\xE2\x80\x8Bw", "\xE2\x80\x8Bw"},              // a zero width space is not white space
    };
    for (const auto& [text, trimmed] : cases)
        CHECK(std::string(trim(text)) == trimmed);
}

TEST_CASE("a title has 1 to 140 code points after trimming") {
    CHECK(clean_title("  milk ").value() == "milk");
    CHECK(clean_title(repeated("\xF0\x9F\x8E\x89", 140)).has_value());
    CHECK(clean_title(" " + repeated("x", 140) + "\n").has_value());
    CHECK(clean_title(repeated("x", 141)).error() == errc::title_too_long);
    CHECK(clean_title(repeated("\xC3\xA9", 141)).error() == errc::title_too_long);
    CHECK(clean_title("").error() == errc::title_empty);
    CHECK(clean_title(" \xC2\xA0 ").error() == errc::title_empty);
    CHECK(clean_title("a\tb").error() == errc::text_control);
    CHECK(clean_label(repeated("l", 40)).has_value());
    CHECK(clean_label(repeated("l", 41)).error() == errc::label_too_long);
    CHECK(clean_label(" ").error() == errc::label_empty);
}

TEST_CASE("a title has a visible character") {
    const char* invisible[] = {
        "\u200B",       "\uFEFF", "\u00AD",     "\u3164",       "\u2060",     "\u180E",     "\u200D\u200C",
        "\U000E0041",   "\uFE0F", "\uFFA0",     "\u115F\u1160", "\u034F",     "\u2800",     "\u2064 \u200B",
        "\uFFFE",       "\uFDD0", "\U0010FFFF", "\u061C",       "\u200E",     "\U0001D173", "\U0001BCA0",
        "\uFFF9\uFFFB", "\u17B4", "\U0001D159", "\U00016FE4",   "\U00013430", "\U00013441"};
    for (const auto* text : invisible) {
        INFO(unwelcome_character(text));
        CHECK(clean_title(text).error() == errc::text_invisible);
        CHECK(clean_label(text).error() == errc::text_invisible);
        CHECK(clean_title(text + std::string("x") + text).has_value());
    }
    for (const auto* text : {"\U0001F469\u200D\U0001F467", "\u0301", ".", "\uFFFD", "\u2764\uFE0F", "\uE000"})
        CHECK(clean_title(text).has_value());
}

TEST_CASE("text cannot change the writing direction around it") {
    for (const auto* text :
         {"a\u202Eb", "\u202A", "\u202B", "\u202C", "\u202D", "x\u2066", "\u2067", "\u2068", "\u2069"}) {
        CHECK(clean_title(text).error() == errc::text_direction);
        CHECK(clean_label(text).error() == errc::text_direction);
    }
    CHECK(clean_title("\u05E9\u05DC\u05D5\u05DD\u200F!").has_value());
}

TEST_CASE("the rejected character is reported") {
    CHECK(unwelcome_character(" ab\u202E\u0007") == "U+202E");
    CHECK(unwelcome_character("\u200B\u2060") == "U+200B");
    CHECK(unwelcome_character("\U000E0041") == "U+E0041");
    CHECK(unwelcome_character(std::string_view("a\0b", 3)) == "U+0000");
}
