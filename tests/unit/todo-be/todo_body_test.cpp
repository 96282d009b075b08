#include "api/todo_body.hpp"

#include <cmath>

#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

std::string nested(std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); }

std::string labels_of(std::size_t count) {
    std::string text = R"({"title":"x","labels":[)";
    for (std::size_t i = 0; i < count; ++i)
        text += (i == 0 ? "\"l" : ",\"l") + std::to_string(i) + '"';
    return text + "]}";
}

}  // namespace

TEST_CASE("a body other than a JSON object is rejected") {
    const std::pair<std::string, errc> cases[] = {
        {"", errc::body_not_json},
        {"{", errc::body_not_json},
        {"{} {}", errc::body_not_json},
        {"{'title':1}", errc::body_not_json},
        {"{\"title\":\"\xFF\"}", errc::body_not_json},
        {R"({"title":"\ud800"})", errc::body_not_json},
        {std::string("{\"title\":\"a\0\"}", 14), errc::body_not_json},
        {"[]", errc::body_not_object},
        {"null", errc::body_not_object},
        {"\"title\"", errc::body_not_object},
        {R"({"title":)" + nested(17) + "}", errc::body_too_deep},
        {nested(5'000), errc::body_too_deep},
    };
    for (const auto& [body, why] : cases) {
        INFO(body.substr(0, 60));
        violations wrong;
        const auto fields = read_fields(body, wrong);
        REQUIRE(fields.has_error());
        CHECK(fields.error() == why);
        CHECK(wrong.size() == (why == errc::body_not_object ? 0 : 1));
    }
}

TEST_CASE("every invalid field is reported") {
    struct field_case {
        const char* body;
        violations expected;
    };
    const field_case cases[] = {
        {"{}", {{"/title", errc::title_missing}}},
        {R"({"done":1})", {{"/done", errc::not_boolean}, {"/title", errc::title_missing}}},
        {R"({"title":null})", {{"/title", errc::not_text}}},
        {R"({"title":"  "})", {{"/title", errc::title_empty}}},
        {R"({"title":"a\u0000b"})", {{"/title", errc::text_control, "U+0000"}}},
        {R"({"title":"a","title":"b"})", {{"/title", errc::key_repeated}}},
        {R"({"title":"x","colour":1,"a/b~":2})", {{"/colour", errc::unknown_field}, {"/a~1b~0", errc::unknown_field}}},
        {R"({"title":"x","id":"1"})", {{"/id", errc::unknown_field}}},
        {R"({"title":"x","done":"true"})", {{"/done", errc::not_boolean}}},
        {R"({"title":"x","order":-1})", {{"/order", errc::order_invalid}}},
        {R"({"title":"x","order":"1"})", {{"/order", errc::order_invalid}}},
        {R"({"title":"x","order":9007199254740992})", {{"/order", errc::order_invalid}}},
        {R"({"title":"x","order":18446744073709551615})", {{"/order", errc::order_invalid}}},
        {R"({"title":"x","due":"tomorrow"})", {{"/due", errc::due_invalid}}},
        {R"({"title":"x","due":"2026-02-30T00:00:00Z"})", {{"/due", errc::due_invalid}}},
        {R"({"title":"x","due":0})", {{"/due", errc::due_invalid}}},
        {R"({"title":"x","parent":"milk"})", {{"/parent", errc::parent_invalid}}},
        {R"({"title":"x","priority":"urgent"})", {{"/priority", errc::priority_unknown}}},
        {R"({"title":"x","priority":1})", {{"/priority", errc::priority_unknown}}},
        {R"({"title":"x","labels":"a"})", {{"/labels", errc::not_list}}},
        {R"({"title":"x","labels":["a",1," ","a"]})",
         {{"/labels/1", errc::not_text}, {"/labels/2", errc::label_empty}, {"/labels/3", errc::label_repeated}}},
    };
    for (const auto& c : cases) {
        INFO(c.body);
        violations wrong;
        const auto fields = read_fields(c.body, wrong);
        REQUIRE(fields.has_error());
        CHECK(fields.error() == errc::fields_invalid);
        CHECK(wrong == c.expected);
    }
}

TEST_CASE("labels are limited to twenty") {
    violations wrong;
    CHECK(read_fields(labels_of(20), wrong).has_value());
    CHECK(read_fields(labels_of(21), wrong).has_error());
    CHECK(wrong == violations{{"/labels", errc::labels_too_many}});
}

TEST_CASE("an unknown field's long name is shortened") {
    violations wrong;
    CHECK(read_patch("{\"" + std::string(5'000, 'x') + "\":1}", wrong).has_error());
    REQUIRE(wrong.size() == 1);
    CHECK(wrong[0].field.size() < 80);
}

TEST_CASE("a complete to-do is read") {
    violations wrong;
    const auto f = read_fields(
        R"({"title":" milk ","done":true,"order":0,"due":"2026-01-31T13:00:00+01:00","priority":"low","labels":[" a ","b"]})",
        wrong);
    REQUIRE(f.has_value());
    CHECK(f->title == "milk");
    CHECK(f->done);
    CHECK(f->order == 0);
    CHECK(tidings::ids::format(f->due->at) == "2026-01-31T12:00:00.000000Z");
    CHECK_FALSE(f->due->whole_day);
    CHECK(f->priority == priority::low);
    CHECK(f->labels == std::vector<std::string>{"a", "b"});
}

TEST_CASE("in a merge patch absent means unchanged and null means default") {
    todo_fields before;
    before.title = "milk";
    before.done = true;
    before.order = 3;
    before.priority = priority::high;
    before.labels = {"a"};
    struct patch_case {
        const char* body;
        std::function<void(todo_fields&)> expected;
    };
    const patch_case cases[] = {
        {"{}", [](todo_fields&) {}},
        {R"({"title":"bread"})", [](todo_fields& f) { f.title = "bread"; }},
        {R"({"done":null})", [](todo_fields& f) { f.done = false; }},
        {R"({"order":null})", [](todo_fields& f) { f.order.reset(); }},
        {R"({"priority":null,"labels":null})",
         [](todo_fields& f) {
             f.priority = priority::none;
             f.labels.clear();
         }},
        {R"({"labels":["b"]})", [](todo_fields& f) { f.labels = {"b"}; }},
    };
    for (const auto& c : cases) {
        INFO(c.body);
        violations wrong;
        const auto patch = read_patch(c.body, wrong);
        REQUIRE(patch.has_value());
        auto expected = before;
        c.expected(expected);
        CHECK(apply(*patch, before) == expected);
    }
}

TEST_CASE("an order is a number, exactly as it is written") {
    const std::pair<const char*, double> cases[] = {{"1.0", 1},
                                                    {"1e2", 100},
                                                    {"1.50e1", 15},
                                                    {"0.0", 0},
                                                    {"2E+3", 2000},
                                                    {"1.5", 1.5},
                                                    {"1e-1", 0.1},
                                                    {"0.30000000000000004", 0.30000000000000004},
                                                    {"123456.78901234567", 123456.78901234567},
                                                    {"2.2250738585072014e-308", 2.2250738585072014e-308},
                                                    {"4503599627370495.5", 4503599627370495.5},
                                                    {"9007199254740991", static_cast<double>(highest_order)},
                                                    {"9.007199254740991e15", static_cast<double>(highest_order)}};
    for (const auto& [number, expected] : cases) {
        INFO(number);
        violations wrong;
        const auto patch = read_patch("{\"order\":" + std::string(number) + "}", wrong);
        REQUIRE(patch.has_value());
        CHECK(**patch->order == expected);
    }
    for (const auto* number : {"-0.0", "-0", "-0e5"}) {
        violations wrong;
        CHECK_FALSE(std::signbit(**read_patch("{\"order\":" + std::string(number) + "}", wrong).value().order));
    }
    for (const auto* number : {"-1.0", "-1e-9", "1e16", "9007199254740992.0", "1e300", "true", "\"1.0\""}) {
        INFO(number);
        violations wrong;
        CHECK(read_patch("{\"order\":" + std::string(number) + "}", wrong).has_error());
        CHECK(wrong == violations{{"/order", errc::order_invalid}});
    }
}

TEST_CASE("a character not allowed in a title is reported") {
    const std::pair<const char*, violation> cases[] = {
        {R"({"title":"a\u0007"})", {"/title", errc::text_control, "U+0007"}},
        {R"({"title":"\u200b \ufeff"})", {"/title", errc::text_invisible, "U+200B"}},
        {R"({"title":"pay \u202e100"})", {"/title", errc::text_direction, "U+202E"}},
        {R"({"labels":["a","\u3164"]})", {"/labels/1", errc::text_invisible, "U+3164"}},
        {R"({"labels":["\u2067a"]})", {"/labels/0", errc::text_direction, "U+2067"}},
        {R"({"notes":"a\nb\u000b"})", {"/notes", errc::text_control, "U+000B"}},
        {R"({"notes":"a\n\u202e"})", {"/notes", errc::text_direction, "U+202E"}},
    };
    for (const auto& [body, expected] : cases) {
        INFO(body);
        violations wrong;
        CHECK(read_patch(body, wrong).has_error());
        CHECK(wrong == violations{expected});
    }
}

TEST_CASE("no more than twenty violations are reported") {
    std::string body = R"({"a0":0)";
    for (int i = 1; i < 100; ++i)
        body += ",\"a" + std::to_string(i) + "\":0";
    violations wrong;
    CHECK_FALSE(read_fields(body + ",\"title\":\"x\"}", wrong).has_value());
    CHECK(wrong.size() == 20);
    CHECK(wrong.back().field == "/a19");
}
