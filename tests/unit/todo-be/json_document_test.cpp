#include "api/json_document.hpp"

#include <string>

#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

struct document_case {
    std::string body;
    errc why;
    std::string place;
};
const document_case wrong_documents[] = {
    {"", errc::json_ends_early, "line 1, column 1"},
    {"{\"title\":\n  \"x\"", errc::json_ends_early, "line 2, column 6"},
    {"{\"title\":\"x", errc::json_ends_early, "line 1, column 12"},
    {"{} {}", errc::json_goes_on, "line 1, column 4"},
    {"\xEF\xBB\xBF{}", errc::json_byte_order_mark, "line 1, column 1"},
    {std::string("{\0\"\0", 4), errc::json_not_utf8, "line 1, column 2"},
    {"{\"a\":\"\xFF\"}", errc::json_not_utf8, "line 1, column 7"},
    {"{\"a\":\"\xC3\xA9\xED\xA0\x80\"}", errc::json_not_utf8, "line 1, column 8"},
    {R"({"a":"\ud800"})", errc::json_lone_surrogate, "line 1, column 13"},
    {R"({"a":"\udc00"})", errc::json_lone_surrogate, "line 1, column 13"},
    {R"({"a":"\uD83Cx"})", errc::json_lone_surrogate, "line 1, column 13"},
    {R"({"a":"\ud83c\u0041"})", errc::json_lone_surrogate, "line 1, column 15"},
    {R"({"a":1,})", errc::json_trailing_comma, "line 1, column 8"},
    {"{\"a\":[1,\n]}", errc::json_trailing_comma, "line 2, column 1"},
    {"{\n// why\n}", errc::json_comment, "line 2, column 1"},
    {"/* a */{}", errc::json_comment, "line 1, column 1"},
    {"{'a':1}", errc::json_other_quotes, "line 1, column 2"},
    {"{\u201Ca\u201D:1}", errc::json_other_quotes, "line 1, column 2"},
    {"{\"a\":\u2018x\u2019}", errc::json_other_quotes, "line 1, column 6"},
    {"{\"a\":`x`}", errc::json_other_quotes, "line 1, column 6"},
    {"{\u00A0\"a\":1}", errc::json_unexpected, "line 1, column 2"},
    {"{\u202E\"a\":1}", errc::json_unexpected, "line 1, column 2"},
    {"{\"a\":\uFF11}", errc::json_unexpected, "line 1, column 6"},
    {"{\"a\":\U0001F600}", errc::json_unexpected, "line 1, column 6"},
    {"{\"a\":\xE2\x80}", errc::json_not_utf8, "line 1, column 6"},
    {"{a:1}", errc::json_unexpected, "line 1, column 2"},
    {R"({"a":NaN})", errc::json_unexpected, "line 1, column 6"},
    {R"({"a":01})", errc::json_unexpected, "line 1, column 7"},
    {"{\"a\":\"\n\"}", errc::json_unexpected, "line 1, column 7"},
    {R"({"a":"\x"})", errc::json_unexpected, "line 1, column 8"},
};

}  // namespace

TEST_CASE("JSON errors are reported with their position") {
    for (const auto& c : wrong_documents) {
        INFO(c.body);
        violations wrong;
        const auto document = read_document(c.body, {}, wrong);
        REQUIRE(document.has_error());
        CHECK(document.error() == errc::body_not_json);
        REQUIRE(wrong.size() == 1);
        CHECK(wrong[0].field.empty());
        CHECK(std::string(describe(wrong[0].why)) == describe(c.why));
        CHECK(wrong[0].found == c.place);
    }
}

TEST_CASE("a body nested too deeply is reported with its position") {
    violations wrong;
    CHECK(read_document("[\n" + std::string(20, '['), {}, wrong).error() == errc::body_too_deep);
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].found.starts_with("line 2, column 1"));
}

TEST_CASE("a duplicate key is rejected by name") {
    const std::pair<std::string, const char*> cases[] = {
        {R"({"title":"a","title":"b"})", "/title"},
        {R"({"title":"a","done":true,"title":"a"})", "/title"},
        {R"({"title":"a","\u0074itle":"b"})", "/title"},
        {R"({"a/b":1,"a/b":1})", "/a~1b"},
        {R"({"":1,"":2})", "/"},
        {R"([{"op":"test","path":"/a"},{"op":"test","op":"remove","path":"/a"}])", "/1/op"},
        {R"({"a":{"b":[1,"x",{"c":null,"d":{},"c":[]}]}})", "/a/b/2/c"},
        {R"({"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1,"b":2}]})", "/d/1/b"},
    };
    for (const auto& [body, field] : cases) {
        INFO(body);
        violations wrong;
        CHECK(read_document(body, {}, wrong).error() == errc::fields_invalid);
        CHECK(wrong == violations{{field, errc::key_repeated}});
    }
}

TEST_CASE("well-formed documents are read") {
    for (const auto* body : {"{}", " {\"a\":{\"b\":1},\"b\":[{\"a\":1},{\"a\":1}]} \n", "[]", "1", "null",
                             R"({"a":"\ud83c\udf89","A":"\u0000"})", "{\"a\":\"\x7F\xF4\x8F\xBF\xBF\"}"}) {
        INFO(body);
        violations wrong;
        CHECK(read_document(body, {}, wrong).has_value());
        CHECK(wrong.empty());
    }
}
