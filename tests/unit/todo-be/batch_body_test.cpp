#include "api/batch_body.hpp"

#include <string>

#include "api/answers.hpp"
#include "api/batch_answer.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;

namespace {

const std::string id = "01890a5d-ac96-774b-bcce-b302099a8057";

std::string batch_of(const std::string& operations, const char* more = "") {
    return R"({"operations":[)" + operations + "]" + more + "}";
}

}  // namespace

TEST_CASE("a batch has operations of four kinds") {
    violations wrong;
    const auto b = read_batch(batch_of(R"({"op":"create","todo":{"title":" milk ","labels":["a"]}},)"
                                       R"({"op":"change","id":")" +
                                       id + R"(","version":3,"todo":{"notes":null}},)" + R"({"op":"complete","id":")" +
                                       id + R"("},{"op":"delete","id":")" + id + R"("})"),
                              wrong);
    REQUIRE(b.has_value());
    CHECK(b->atomic);
    REQUIRE(b->writes.size() == 4);
    CHECK(std::get<create_todo>(b->writes[0]).fields.title == "milk");
    const auto& changed = std::get<change_todo>(b->writes[1]);
    CHECK(changed.id.str() == id);
    CHECK(changed.patch.notes == "");
    CHECK(changed.expected.match == expected_versions{{3}});
    CHECK(std::get<change_todo>(b->writes[2]).patch.done == true);
    CHECK(std::get<remove_todo>(b->writes[3]).id.str() == id);
}

TEST_CASE("what is wrong with a batch is said, with its place") {
    const std::pair<std::string, violations> cases[] = {
        {"{}", {{"/operations", errc::operations_count}}},
        {batch_of(""), {{"/operations", errc::operations_count}}},
        {R"({"operations":{},"atomic":1,"x":1})",
         {{"/atomic", errc::not_boolean}, {"/x", errc::batch_member_unknown}, {"/operations", errc::operations_count}}},
        {batch_of(R"(1,{"op":"complete"})"),
         {{"/operations/0", errc::operation_not_object}, {"/operations/1/id", errc::id_invalid}}},
        {batch_of(R"({"op":"move"},{})"),
         {{"/operations/0/op", errc::batch_verb_unknown}, {"/operations/1/op", errc::batch_verb_unknown}}},
        {batch_of(R"({"op":"create","todo":{"title":"","colour":1}},{"op":"create"})"),
         {{"/operations/0/todo/title", errc::title_empty},
          {"/operations/0/todo/colour", errc::unknown_field},
          {"/operations/1/todo", errc::todo_missing}}},
        {batch_of(R"({"op":"delete","id":")" + id + R"(","version":0,"todo":{}})"),
         {{"/operations/0/todo", errc::not_of_operation}, {"/operations/0/version", errc::version_invalid}}},
        {batch_of(R"({"op":"create","version":1,"todo":{"title":"x"}})"),
         {{"/operations/0/version", errc::not_of_operation}}},
    };
    for (const auto& [body, expected] : cases) {
        INFO(body);
        violations wrong;
        CHECK(read_batch(body, wrong).error() == errc::batch_invalid);
        CHECK(wrong == expected);
    }
    violations wrong;
    CHECK(read_batch("[]", wrong).error() == errc::body_not_object);
    CHECK(read_batch(batch_of(R"({"op":"delete","op":"delete"})"), wrong).error() == errc::fields_invalid);
    CHECK(wrong == violations{{"/operations/0/op", errc::key_repeated}});
}

TEST_CASE("a batch has at most a thousand operations, and names at most twenty mistakes") {
    std::string many = "1";
    for (std::size_t i = 1; i < most_writes_in_set; ++i)
        many += ",1";
    violations wrong;
    CHECK(read_batch(batch_of(many), wrong).error() == errc::batch_invalid);
    CHECK(wrong.size() == 20);
    wrong.clear();
    CHECK(read_batch(batch_of(many + ",1"), wrong).error() == errc::batch_invalid);
    CHECK(wrong == violations{{"/operations", errc::operations_count}});
}

TEST_CASE("a batch that need not be whole has a result for each operation") {
    violations wrong;
    const auto b = read_batch(
        batch_of(R"({"op":"create","todo":{}},{"op":"create","todo":{"title":"x"}},{"op":"complete","id":")" + id +
                     R"("},{"op":"delete","id":")" + id + "\"}",
                 R"(,"atomic":false)"),
        wrong);
    REQUIRE(b.has_value());
    CHECK(b->writes.size() == 3);
    const todo_json json("/api/todos/");
    todo_fields fields;
    fields.title = "x";
    const auto made = new_todo(fields, {});
    const write_result written[] = {written_todo{made, {}}, errc::not_found, written_todo{made, {}}};
    const auto text = batch_text(*b, written, json);
    CHECK(text.starts_with(R"({"results":[{"status":422,"problem":{)"));
    CHECK(text.find(R"("errors":[{"field":"/todo/title","detail":"is required"}])") != text.npos);
    CHECK(text.find(R"({"status":201,"todo":)" + json.text(made) + "},") != text.npos);
    CHECK(text.find(R"({"status":404,"problem":{)") != text.npos);
    CHECK(text.ends_with(R"(,{"status":204}]})"));
    CHECK(batch_answer(*b, text, false).status == 207);
}

TEST_CASE("the operation that kept an atomic batch from being done is named") {
    const auto refused = batch_refusal({7, errc::version_mismatch});
    CHECK(refused.status == 409);
    CHECK(refused.body.find(R"("field":"/operations/7")") != std::string::npos);
    CHECK(batch_refusal({7, errc::parent_unknown}).body.find(R"("field":"/operations/7/todo/parent")") !=
          std::string::npos);
    CHECK(batch_refusal({0, errc::set_too_large}).status == 422);
}
