#include "api/json_patch.hpp"

#include <boost/json/parse.hpp>

#include "api/todo_body.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;
namespace json = boost::json;

namespace {

struct outcome {
    boost::system::error_code failure;
    json::value document;
    violations wrong;
};

outcome patched(const std::string& document, const std::string& operations) {
    outcome o;
    auto made = apply_json_patch(json::parse(operations), json::parse(document), o.wrong);
    if (made) {
        o.document = std::move(*made);
    } else {
        o.failure = made.error();
    }
    return o;
}

const auto milk_id = *tidings::ids::uuid::parse("01890a5d-ac96-774b-bcce-b302099a8057");
const std::string milk =
    R"({"id":"01890a5d-ac96-774b-bcce-b302099a8057","title":"milk","done":false,"order":null,"due":null,"priority":"none",
        "labels":["a"],"notes":"","due_time_zone":null,"parent":null,"version":3,"created_at":"2026-01-31T12:00:00.000000Z",
        "updated_at":"2026-01-31T12:00:00.000000Z","done_at":null,"url":"/api/todos/01890a5d-ac96-774b-bcce-b302099a8057"})";

}  // namespace

TEST_CASE("operations change a document as RFC 6902 and its appendix have it") {
    struct patch_case {
        const char *document, *operations, *expected;
    };
    const patch_case cases[] = {
        {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"qux"}])", R"({"baz":"qux","foo":"bar"})"},
        {R"({"foo":["bar","baz"]})", R"([{"op":"add","path":"/foo/1","value":"qux"}])",
         R"({"foo":["bar","qux","baz"]})"},
        {R"({"baz":"qux","foo":"bar"})", R"([{"op":"remove","path":"/baz"}])", R"({"foo":"bar"})"},
        {R"({"foo":["bar","qux","baz"]})", R"([{"op":"remove","path":"/foo/1"}])", R"({"foo":["bar","baz"]})"},
        {R"({"baz":"qux"})", R"([{"op":"replace","path":"/baz","value":"boo"}])", R"({"baz":"boo"})"},
        {R"({"foo":{"bar":"baz","w":"f"},"qux":{"corge":"g"}})",
         R"([{"op":"move","from":"/foo/w","path":"/qux/thud"}])",
         R"({"foo":{"bar":"baz"},"qux":{"corge":"g","thud":"f"}})"},
        {R"({"foo":["all","grass","cows","eat"]})", R"([{"op":"move","from":"/foo/1","path":"/foo/3"}])",
         R"({"foo":["all","cows","eat","grass"]})"},
        {R"({"baz":"qux","foo":["a",2,"c"]})",
         R"([{"op":"test","path":"/baz","value":"qux"},{"op":"test","path":"/foo/1","value":2.0}])",
         R"({"baz":"qux","foo":["a",2,"c"]})"},
        {R"({"foo":"bar"})", R"([{"op":"add","path":"/child","value":{"g":{}}}])", R"({"foo":"bar","child":{"g":{}}})"},
        {R"({"foo":"bar"})", R"([{"op":"add","path":"/baz","value":"q","xyz":123}])", R"({"foo":"bar","baz":"q"})"},
        {R"({"/":9,"~1":10})", R"([{"op":"test","path":"/~01","value":10}])", R"({"/":9,"~1":10})"},
        {R"({"/":9,"~1":10})", R"([{"op":"remove","path":"/~1"}])", R"({"~1":10})"},
        {R"({"foo":["bar"]})", R"([{"op":"add","path":"/foo/-","value":["abc","def"]}])",
         R"({"foo":["bar",["abc","def"]]})"},
        {R"({"a":1})", R"([{"op":"copy","from":"/a","path":"/b"},{"op":"copy","from":"/a","path":"/a"}])",
         R"({"a":1,"b":1})"},
        {R"({"a":1})", R"([{"op":"replace","path":"","value":[]},{"op":"add","path":"/0","value":1}])", "[1]"},
        {R"({"":{"":1}})", R"([{"op":"test","path":"//","value":1},{"op":"move","from":"/","path":"/"}])",
         R"({"":{"":1}})"},
        {R"({"a":{"x":1,"y":[null]}})", R"([{"op":"test","path":"/a","value":{"y":[null],"x":1}}])",
         R"({"a":{"x":1,"y":[null]}})"},
        {R"({"a":1})", "[]", R"({"a":1})"},
    };
    for (const auto& c : cases) {
        INFO(c.operations);
        const auto o = patched(c.document, c.operations);
        CHECK_FALSE(o.failure);
        CHECK(o.document == json::parse(c.expected));
    }
}

TEST_CASE("an operation that does not fit the document is a conflict, and named") {
    const std::pair<const char*, violation> cases[] = {
        {R"([{"op":"test","path":"/a","value":"1"}])", {"/0/value", errc::test_failed}},
        {R"([{"op":"test","path":"/l","value":[1,2,3]}])", {"/0/value", errc::test_failed}},
        {R"([{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}])", {"/1/path", errc::place_missing}},
        {R"([{"op":"replace","path":"/b","value":1}])", {"/0/path", errc::place_missing}},
        {R"([{"op":"add","path":"/b/c","value":1}])", {"/0/path", errc::place_missing}},
        {R"([{"op":"add","path":"/l/3","value":1}])", {"/0/path", errc::place_missing}},
        {R"([{"op":"add","path":"/l/01","value":1}])", {"/0/path", errc::place_missing}},
        {R"([{"op":"add","path":"/l/x","value":1}])", {"/0/path", errc::place_missing}},
        {R"([{"op":"remove","path":"/l/-"}])", {"/0/path", errc::place_missing}},
        {R"([{"op":"add","path":"/a/b","value":1}])", {"/0/path", errc::place_missing}},
        {R"([{"op":"copy","from":"/b","path":"/c"}])", {"/0/from", errc::place_missing}},
    };
    for (const auto& [operations, expected] : cases) {
        INFO(operations);
        const auto o = patched(R"({"a":1,"l":[1,2]})", operations);
        CHECK(o.failure == errc::patch_conflict);
        CHECK(o.wrong == violations{expected});
    }
}

TEST_CASE("every operation that is none is named") {
    CHECK(patched("{}", "{}").failure == errc::patch_not_array);
    const auto o = patched(
        "{}", R"([1,{},{"op":"Add","path":"a"},{"op":"add","path":"/~2"},{"op":"move","path":"/a/b","from":"/a"},
        {"op":"copy","path":"/a"}])");
    CHECK(o.failure == errc::patch_invalid);
    CHECK(o.wrong == violations{{"/0", errc::operation_not_object},
                                {"/1/op", errc::operation_unknown},
                                {"/1/path", errc::pointer_invalid},
                                {"/2/op", errc::operation_unknown},
                                {"/2/path", errc::pointer_invalid},
                                {"/3/path", errc::pointer_invalid},
                                {"/3/value", errc::value_missing},
                                {"/4/path", errc::path_within_from},
                                {"/5/from", errc::pointer_invalid}});
    std::string many = "[";
    for (int i = 0; i < 101; ++i)
        many += std::string(i == 0 ? "" : ",") + R"({"op":"test","path":"","value":{}})";
    CHECK(patched("{}", many + "]").wrong == violations{{{}, errc::operations_too_many}});
}

TEST_CASE("copies of copies are bounded") {
    std::string growing = R"([{"op":"add","path":"/a/-","value":")" + std::string(1'000, 'x') + "\"}";
    std::string nesting = "[{\"op\":\"add\",\"path\":\"/b\",\"value\":1}";
    for (int i = 0; i < 60; ++i) {
        growing += R"(,{"op":"copy","from":"/a","path":"/a/-"})";
        nesting += R"(,{"op":"copy","from":"","path":"/a/-"})";
    }
    for (const auto& operations : {growing, nesting}) {
        const auto o = patched(R"({"a":[]})", operations + "]");
        CHECK(o.failure == errc::patch_invalid);
        REQUIRE(o.wrong.size() == 1);
        CHECK(o.wrong[0].why == errc::document_too_large);
    }
}

TEST_CASE("a patched to-do is judged as a whole") {
    violations wrong;
    const auto f = read_json_patch(
        R"([{"op":"test","path":"/version","value":3},{"op":"add","path":"/labels/-","value":" b "},{"op":"replace","path":"/order","value":0.1}])",
        milk, wrong);
    REQUIRE(f.has_value());
    CHECK_FALSE(f->title);
    CHECK(f->labels == std::vector<std::string>{"a", "b"});
    CHECK(f->order == std::optional(0.1));
    const auto reset =
        read_json_patch(R"([{"op":"remove","path":"/labels"},{"op":"remove","path":"/notes"}])", milk, wrong).value();
    CHECK(reset.labels == std::vector<std::string>());
    CHECK(reset.notes == "");
    CHECK_FALSE(reset.due);
    const std::pair<const char*, violations> cases[] = {
        {R"([{"op":"remove","path":"/title"},{"op":"add","path":"/colour","value":1}])",
         {{"/colour", errc::unknown_field}, {"/title", errc::title_missing}}},
        {R"([{"op":"replace","path":"/version","value":4},{"op":"remove","path":"/url"}])",
         {{"/version", errc::read_only}, {"/url", errc::read_only}}},
        {R"([{"op":"add","path":"/labels/0","value":"a"}])", {{"/labels/1", errc::label_repeated}}},
    };
    for (const auto& [operations, expected] : cases) {
        INFO(operations);
        wrong.clear();
        CHECK(read_json_patch(operations, milk, wrong).error() == errc::fields_invalid);
        CHECK(wrong == expected);
    }
    wrong.clear();
    CHECK(read_json_patch(R"([{"op":"replace","path":"","value":1}])", milk, wrong).error() == errc::body_not_object);
}

TEST_CASE("a replacement may be what was read") {
    violations wrong;
    const auto f = read_replacement(milk, milk_id, wrong);
    REQUIRE(f.has_value());
    CHECK(f->title == "milk");
    CHECK(f->parent.has_value());  // null is said, and not absent
    CHECK(read_fields(milk, wrong).has_error());
    CHECK(wrong.size() == 6);
}

TEST_CASE("what a to-do has already is not judged again") {
    // Rules may have changed since it was set: neither the zone nor the title would be taken today.
    const std::string strange =
        R"({"id":"01890a5d-ac96-774b-bcce-b302099a8057","title":"","done":false,"order":null,)"
        R"("due":null,"priority":"none","labels":[],"notes":"","due_time_zone":"Old/Zone",)"
        R"("parent":null,"version":3,"created_at":"x","updated_at":"x","done_at":null,"url":"x"})";
    violations wrong;
    auto put = strange;
    put.replace(put.find("false"), 5, "true");
    CHECK(read_replacement(put, milk_id, wrong).has_error());
    wrong.clear();
    const auto replaced = read_replacement(put, milk_id, wrong, strange);
    REQUIRE(replaced.has_value());
    CHECK(replaced->done == true);
    CHECK_FALSE(replaced->title);
    CHECK_FALSE(replaced->due_time_zone);
    const auto patched = read_json_patch(R"([{"op":"replace","path":"/done","value":true}])", strange, wrong);
    REQUIRE(patched.has_value());
    CHECK(patched->done == true);
    CHECK_FALSE(patched->due_time_zone);
    CHECK(read_json_patch(R"([{"op":"replace","path":"/title","value":" "}])", strange, wrong).has_error());
    CHECK(wrong == violations{{"/title", errc::title_empty}});
    wrong.clear();
    put.replace(put.find("Old/Zone"), 8, "New/Zone");
    CHECK(read_replacement(put, milk_id, wrong, strange).has_error());
    CHECK(wrong == violations{{"/due_time_zone", errc::time_zone_unknown}});
}

TEST_CASE("a replacement resets what it does not name, but not what clients of before do not know") {
    todo_fields before;
    before.title = "milk";
    before.done = true;
    before.order = 1.5;
    before.due = parse_due_date("2026-12-24").value();
    before.priority = priority::high;
    before.labels = {"a"};
    before.notes = "two litres";
    before.due_time_zone = "Europe/Berlin";
    before.parent = milk_id;
    todo_fields bare;
    bare.title = "bread";
    auto kept = bare;
    kept.notes = before.notes;
    kept.due_time_zone = before.due_time_zone;
    kept.parent = before.parent;
    violations wrong;
    const auto replaced = [&](const char* body) { return apply(read_replacement(body, {}, wrong).value(), before); };
    CHECK(replaced(R"({"title":"bread"})") == kept);
    CHECK(replaced(R"({"title":"bread","notes":null,"due_time_zone":null,"parent":null})") == bare);
}

TEST_CASE("a replacement is of the to-do that its id names, if it has one") {
    for (const auto* id : {R"("01890A5D-AC96-774B-BCCE-B302099A8057")", R"("01890a5d-ac96-774b-bcce-b302099a8057")"}) {
        violations wrong;
        CHECK(read_replacement(R"({"title":"x","id":)" + std::string(id) + "}", milk_id, wrong).has_value());
    }
    for (const auto* id : {R"("01890a5d-ac96-774b-bcce-b302099a8058")", R"("")", "1", "null"}) {
        INFO(id);
        violations wrong;
        CHECK(read_replacement(R"({"title":"x","id":)" + std::string(id) + "}", milk_id, wrong).error() ==
              errc::fields_invalid);
        CHECK(wrong == violations{{"/id", errc::id_differs}});
    }
    violations wrong;
    CHECK(read_replacement("[]", milk_id, wrong).error() == errc::body_not_object);
}
