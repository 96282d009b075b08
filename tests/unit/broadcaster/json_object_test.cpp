#include "api/json_object.hpp"

#include <algorithm>

#include "support/catch.hpp"

using tidings::broadcaster::read_object;

TEST_CASE("what is wrong with a body is told with its place") {
    const std::pair<std::string, std::string> table[] = {
        {"", "the body ends before it is complete at line 1, column 1"},
        {"{\"name\":\n  \"x\"", "the body ends before it is complete at line 2, column 6"},
        {"{} {}", "the body goes on behind its end at line 1, column 4"},
        {"\xEF\xBB\xBF{}", "the body begins with a byte order mark at line 1, column 1"},
        {"{\"a\":\"\xFF\"}", "the body is not UTF-8 at line 1, column 7"},
        {"{\"a\":\"é\",}", "the body is not valid JSON at line 1, column 10"},
        {"{\n// why\n}", "the body is not valid JSON at line 2, column 1"},
        {R"({"a":01})", "the body is not valid JSON at line 1, column 7"},
        {"[]", "the body must be a JSON object"},
        {"null", "the body must be a JSON object"},
    };
    for (const auto& [body, why] : table) {
        INFO(body);
        const auto read = read_object(body);
        REQUIRE(read.has_error());
        CHECK(read.error() == why);
    }
    const auto deep = read_object("{\"a\":" + std::string(20, '['));
    REQUIRE(deep.has_error());
    CHECK(deep.error().starts_with("the body is nested too deeply at line 1, column 1"));
}

TEST_CASE("a name that stands twice in an object is told, wherever the object is") {
    const std::pair<std::string, std::string> table[] = {
        {R"({"a":1,"b":2,"a":1})", "a"}, {R"({"a":1,"\u0061":2})", "a"},
        {R"({"a":{"b":1,"b":2}})", "b"}, {R"({"a":[{"c\\\"":1,"c\\\"":2}]})", "c\\\""},
        {R"({"":1,"":1})", ""},
    };
    for (const auto& [body, name] : table) {
        INFO(body);
        const auto read = read_object(body);
        REQUIRE(read.has_error());
        CHECK(read.error() == "the body has the name \"" + name + "\" twice");
    }
    CHECK(read_object("{\"" + std::string(200, 'x') + "\":1,\"" + std::string(200, 'x') + "\":1}").error().size() <
          120);
}

TEST_CASE("a well-formed object is read") {
    for (const auto* body :
         {"{}", " {\"a\":{\"b\":1},\"b\":[{\"a\":1},{\"a\":\"b\"}]} \n", R"({"a":":\"{","b":"}"})"}) {
        INFO(body);
        CHECK(read_object(body).has_value());
    }
}
