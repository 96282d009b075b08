#include "api/todo_json.hpp"

#include <boost/json/parse.hpp>

#include "domain/todo_event.hpp"
#include "events/cloud_event.hpp"
#include "support/catch.hpp"

using namespace tidings::todo_be;
using tidings::ids::parse_timestamp;
namespace json = boost::json;

namespace {

const todo_json shown("/project/api/todos/");
const event_format format = [](std::string& out, const todo& t) { shown.append(out, t); };

todo sample() {
    todo_fields f;
    f.title = "say \"hi\" \\ \xF0\x9F\x8E\x89";
    f.order = 5;
    f.due = parse_due_date("2026-02-03T04:05:06Z");
    f.priority = priority::high;
    f.labels = {"home", "a\"b"};
    return new_todo(f, *parse_timestamp("2026-01-31T12:00:00.123456Z"));
}

std::string text_of(const todo& t) { return shown.text(t); }

}  // namespace

TEST_CASE("a to-do as JSON has every field") {
    const auto t = sample();
    const auto o = json::parse(text_of(t)).as_object();
    CHECK(o.size() == 16);
    CHECK(o.at("id").as_string() == t.id.str());
    CHECK(o.at("title").as_string() == t.fields.title);
    CHECK(o.at("done").as_bool() == false);
    CHECK(o.at("order").as_int64() == 5);
    CHECK(o.at("due").as_string() == "2026-02-03T04:05:06.000000Z");
    CHECK(o.at("priority").as_string() == "high");
    CHECK(o.at("labels").as_array().size() == 2);
    CHECK(o.at("labels").as_array()[1].as_string() == "a\"b");
    CHECK(o.at("notes").as_string().empty());
    CHECK(o.at("due_time_zone").is_null());
    CHECK(o.at("parent").is_null());
    CHECK(o.at("recurrence").is_null());
    CHECK(o.at("version").as_int64() == 1);
    CHECK(o.at("created_at").as_string() == "2026-01-31T12:00:00.123456Z");
    CHECK(o.at("updated_at").as_string() == "2026-01-31T12:00:00.123456Z");
    CHECK(o.at("done_at").is_null());
    CHECK(o.at("url").as_string() == "/project/api/todos/" + t.id.str());
}

TEST_CASE("an event carries the to-do, its version and what it was before") {
    const auto before = sample();
    auto fields = before.fields;
    fields.done = true;
    const auto after = next_version(before, fields, before.created_at);
    const auto e = make_event(change::completed, after, &before, format, {});
    const auto attributes = tidings::events::parse_attributes(e.payload).value();
    CHECK(attributes.id == e.id.str());
    CHECK(attributes.type == "io.tidings.todo.completed.v1");
    CHECK(attributes.source == "/todos");
    CHECK(attributes.subject == after.id.str());
    CHECK(attributes.partitionkey == after.id.str());
    CHECK(attributes.sequence == "00000000000000000002");
    const auto data = json::parse(e.payload).as_object().at("data").as_object();
    CHECK(data.at("todo") == json::parse(text_of(after)));
    CHECK(data.at("previous") == json::parse(text_of(before)));
}

TEST_CASE("a created event has no previous state") {
    const auto t = sample();
    const auto e = make_event(change::created, t, nullptr, format, {});
    CHECK_FALSE(json::parse(e.payload).as_object().at("data").as_object().contains("previous"));
    CHECK(traceparent_of(e.payload).empty());
}

TEST_CASE("the traceparent is found only in its own attribute") {
    auto t = sample();
    t.fields.title = R"("traceparent":"00-fake")";
    const auto trace = tidings::trace_context::start();
    CHECK(traceparent_of(make_event(change::created, t, nullptr, format, trace).payload) == trace.header());
    CHECK(traceparent_of(make_event(change::created, t, nullptr, format, {}).payload).empty());
}

TEST_CASE("a removal's event has the last state and no previous one") {
    const auto t = sample();
    const auto e = make_event(change::deleted, next_version(t, t.fields, t.created_at), &t, format, {});
    CHECK(e.type == "io.tidings.todo.deleted.v1");
    CHECK_FALSE(json::parse(e.payload).as_object().at("data").as_object().contains("previous"));
}

TEST_CASE("the canonical form has only the fields that clients set") {
    CHECK(canonical_json(sample().fields) ==
          "{\"title\":\"say \\\"hi\\\" \\\\ \xF0\x9F\x8E\x89\",\"done\":false,\"order\":5,"
          "\"due\":\"2026-02-03T04:05:06.000000Z\",\"priority\":\"high\",\"labels\":[\"home\",\"a\\\"b\"]}");
}

TEST_CASE("fields that came later are in the canonical form only when they are set") {
    todo_fields f;
    f.title = "milk";
    f.due = parse_due_date("2026-02-03");
    const std::string before =
        R"({"title":"milk","done":false,"order":null,"due":"2026-02-03","priority":"none","labels":[])";
    CHECK(canonical_json(f) == before + "}");
    f.notes = "two\nlines";
    f.due_time_zone = "Europe/Berlin";
    CHECK(canonical_json(f) == before + R"(,"notes":"two\nlines","due_time_zone":"Europe/Berlin"})");
}

TEST_CASE("notes and the time zone of a due date are shown") {
    auto t = sample();
    t.fields.due = parse_due_date("2026-02-03");
    t.fields.due_time_zone = "Europe/Berlin";
    t.fields.notes = "two\n\"lines\"";
    const auto o = json::parse(text_of(t)).as_object();
    CHECK(o.at("due").as_string() == "2026-02-03");
    CHECK(o.at("due_time_zone").as_string() == "Europe/Berlin");
    CHECK(o.at("notes").as_string() == t.fields.notes);
}

TEST_CASE("an order is shown in full, and a whole one without a fraction") {
    const std::pair<double, const char*> cases[] = {
        {0, "0"},     {1e15, "1000000000000000"},         {9'007'199'254'740'991, "9007199254740991"},
        {1.5, "1.5"}, {0.1 + 0.2, "0.30000000000000004"}, {1e-7, "1e-07"}};
    for (const auto& [order, expected] : cases) {
        todo_fields f;
        f.order = order;
        CHECK(canonical_json(f).find(R"("order":)" + std::string(expected) + ",") != std::string::npos);
    }
}

TEST_CASE("every change has a type") {
    CHECK(type_of(change::created) == "io.tidings.todo.created.v1");
    CHECK(type_of(change::updated) == "io.tidings.todo.updated.v1");
    CHECK(type_of(change::completed) == "io.tidings.todo.completed.v1");
    CHECK(type_of(change::reopened) == "io.tidings.todo.reopened.v1");
    CHECK(type_of(change::deleted) == "io.tidings.todo.deleted.v1");
    CHECK(type_of(change::restored) == "io.tidings.todo.restored.v1");
}

TEST_CASE("only the members that were asked for are shown, in the usual order") {
    const todo_json json("/api/todos/");
    todo milk;
    milk.fields.title = "milk";
    const auto only = [&](const char* names) {
        std::string out = "x";
        json.append(out, milk, parse_members(names).value());
        return out;
    };
    CHECK(only("title") == R"(x{"title":"milk"})");
    CHECK(only("version,title,done") == R"(x{"title":"milk","done":false,"version":1})");
    CHECK(only("url") == R"(x{"url":"/api/todos/00000000-0000-0000-0000-000000000000"})");
    CHECK(names_of(parse_members("url,id").value()) == "id,url");
    CHECK(parse_members(names_of(all_members())) == all_members());
    for (const auto* names : {"", ",", "id,", "ID", "id title", "colour"})
        CHECK_FALSE(parse_members(names));
}
