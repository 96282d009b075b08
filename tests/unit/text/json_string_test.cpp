#include "text/json_string.hpp"

#include <boost/json/parse.hpp>

#include "support/catch.hpp"

using namespace tidings::text;

namespace {

std::string in_quotes(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

std::string escaped(char32_t c) {
    std::string out;
    append_json_escape(out, c);
    return out;
}

}  // namespace

TEST_CASE("a JSON string escapes only what RFC 8259 requires") {
    CHECK(in_quotes("") == R"("")");
    CHECK(in_quotes("gr\u00fc\u00df / \U0001F600 \x7f") == "\"gr\u00fc\u00df / \U0001F600 \x7f\"");
    CHECK(in_quotes("a\"b\\c\nd\re\tf\bg\fh") == R"("a\"b\\c\nd\re\tf\bg\fh")");
    CHECK(in_quotes(std::string_view("\0\x1f", 2)) == "\"\\u0000\\u001f\"");
}

TEST_CASE("a JSON string survives a round trip") {
    std::string all;
    for (char c = 0; c < 0x7f; ++c)
        all += c;
    CHECK(boost::json::parse(in_quotes(all)).as_string() == all);
}

TEST_CASE("a character is escaped in the shortest form that JSON has") {
    CHECK(escaped('\n') == "\\n");
    CHECK(escaped('"') == "\\\"");
    CHECK(escaped(0) == "\\u0000");
    CHECK(escaped(0x7F) == "\\u007f");
    CHECK(escaped(0x202E) == "\\u202e");
    CHECK(escaped(0xFFFB) == "\\ufffb");
}
