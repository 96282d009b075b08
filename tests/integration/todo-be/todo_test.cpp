// The life of to-dos through the API of one replica.
#include <boost/json/serialize.hpp>
#include <set>

#include "backend.hpp"
#include "support/catch.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

const auto* const milk = R"({"title":"  milk ","labels":["home","say \"hi\""],"due":"2026-01-31T13:00:00+01:00"})";

}  // namespace

TEST_CASE("a to-do is created, read and deleted") {
    const servers world;
    const auto be = world.start();
    const auto created = be.post(milk);
    const auto id = id_of(created);
    const auto todo = json_of(created);
    CHECK(created.header("location") == "/api/todos/" + id);
    CHECK(created.header("etag") == "\"1\"");
    CHECK(text_of(todo.at("title")) == "milk");
    CHECK(text_of(todo.at("due")) == "2026-01-31T12:00:00.000000Z");
    CHECK(text_of(todo.at("url")) == "/api/todos/" + id);
    CHECK(todo.at("order").is_null());

    SECTION("reading returns what was created") {
        const auto read = be.call("GET", "/api/todos/" + id);
        CHECK(read.status == 200);
        CHECK(read.body == created.body);
        CHECK(read.header("etag") == "\"1\"");
    }
    SECTION("a deleted to-do is not found") {
        CHECK(be.call("DELETE", "/api/todos/" + id).status == 204);
        CHECK(is_problem(be.call("GET", "/api/todos/" + id), 404));
        CHECK(is_problem(be.call("DELETE", "/api/todos/" + id), 404));
        CHECK(is_problem(be.patch(id, "{}"), 404));
        CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().empty());
    }
}

TEST_CASE("a to-do is changed and replaced") {
    const servers world;
    const auto be = world.start();
    const auto created = be.post(milk);
    const auto id = id_of(created);

    SECTION("a patch changes only the given fields") {
        const auto patched =
            be.patch(id, R"({"done":true,"order":4})", {{"Content-Type", "application/merge-patch+json"}});
        CHECK(patched.status == 200);
        CHECK(patched.header("etag") == "\"2\"");
        const auto todo = json_of(patched);
        CHECK(todo.at("done").as_bool());
        CHECK(todo.at("order").as_int64() == 4);
        CHECK(todo.at("done_at") == todo.at("updated_at"));
        CHECK(text_of(todo.at("title")) == "milk");
        CHECK(todo.at("labels").as_array().size() == 2);
        CHECK(json_of(be.patch(id, R"({"done":false})")).at("done_at").is_null());
        CHECK(be.get(id).at("version").as_int64() == 3);
    }
    SECTION("a patch that changes nothing keeps the version") {
        const auto patched = be.patch(id, R"({"title":"milk"})");
        CHECK(patched.status == 200);
        CHECK(patched.body == created.body);
    }
    SECTION("a replacement resets missing fields") {
        const auto replaced = be.call("PUT", "/api/todos/" + id, R"({"title":"bread","priority":"high"})");
        CHECK(replaced.status == 200);
        const auto todo = json_of(replaced);
        CHECK(text_of(todo.at("title")) == "bread");
        CHECK(text_of(todo.at("priority")) == "high");
        CHECK(todo.at("labels").as_array().empty());
        CHECK(todo.at("due").is_null());
        CHECK(todo.at("version").as_int64() == 2);
    }
}

TEST_CASE("If-Match prevents lost updates") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    CHECK(be.patch(id, R"({"title":"a"})", {{"If-Match", "\"1\""}}).status == 200);
    CHECK(is_problem(be.patch(id, R"({"title":"b"})", {{"If-Match", "\"1\""}}), 412));
    CHECK(is_problem(be.patch(id, R"({"title":"a"})", {{"If-Match", "\"1\""}}), 412));
    CHECK(is_problem(be.call("PUT", "/api/todos/" + id, R"({"title":"b"})", {{"If-Match", "W/\"2\""}}), 412));
    CHECK(is_problem(be.call("DELETE", "/api/todos/" + id, {}, {{"If-Match", "\"7\""}}), 412));
    CHECK(be.patch(id, R"({"title":"b"})", {{"If-Match", "*"}}).status == 200);
    CHECK(be.call("DELETE", "/api/todos/" + id, {}, {{"If-Match", "\"1\", \"3\""}}).status == 204);
}

TEST_CASE("If-None-Match avoids sending the body, and guards changes") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    const auto path = "/api/todos/" + id;
    const auto unchanged = be.call("GET", path, {}, {{"If-None-Match", "\"7\", W/\"1\""}});
    CHECK(unchanged.status == 304);
    CHECK(unchanged.header("etag") == "\"1\"");
    CHECK(unchanged.body.empty());
    CHECK(be.call("GET", path, {}, {{"If-None-Match", "\"2\""}}).status == 200);
    CHECK(is_problem(be.patch(id, R"({"title":"a"})", {{"If-None-Match", "*"}}), 412));
    CHECK(is_problem(be.call("PUT", path, R"({"title":"a"})", {{"If-None-Match", "\"1\""}}), 412));
    CHECK(is_problem(be.call("DELETE", path, {}, {{"If-None-Match", "\"1\""}}), 412));
    CHECK(be.patch(id, R"({"title":"a"})", {{"If-None-Match", "\"2\""}}).status == 200);
    CHECK(be.patch(id, R"({"title":"b"})", {{"If-Match", "\"1\""}, {"If-Match", "\"2\""}}).status == 200);
}

TEST_CASE("the list is paged, newest first, and filtered") {
    const servers world;
    const auto be = world.start();
    std::vector<std::string> ids;
    for (int i = 0; i < 25; ++i) {
        ids.push_back(
            id_of(be.post(R"({"title":"t)" + std::to_string(i) + R"(","done":)" + (i % 5 == 0 ? "true}" : "false}"))));
    }
    std::vector<std::string> seen;
    std::string path = "/api/todos?limit=10";
    for (int pages = 0; pages < 5; ++pages) {
        const auto page = json_of(be.call("GET", path));
        for (const auto& item : page.at("items").as_array())
            seen.push_back(text_of(item.as_object().at("id")));
        if (page.at("next").is_null()) break;
        path = "/api/todos?limit=10&cursor=" + text_of(page.at("next"));
    }
    CHECK(seen == std::vector<std::string>(ids.rbegin(), ids.rend()));
    CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().size() == 20);
    const auto done = json_of(be.call("GET", "/api/todos?done=true&limit=4"));
    CHECK(done.at("items").as_array().size() == 4);
    const auto rest = json_of(be.call("GET", "/api/todos?done=true&limit=4&cursor=" + text_of(done.at("next"))));
    CHECK(rest.at("items").as_array().size() == 1);
    CHECK(rest.at("next").is_null());
    CHECK(json_of(be.call("GET", "/api/todos?done=false&limit=100")).at("items").as_array().size() == 20);
}

TEST_CASE("the cached list shows each write immediately") {
    const servers world;
    const auto be = world.start();
    const auto count = [&be] { return json_of(be.call("GET", "/api/todos")).at("items").as_array().size(); };
    CHECK(count() == 0);
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    CHECK(count() == 1);
    CHECK(count() == 1);
    CHECK(be.patch(id, R"({"title":"bread"})").status == 200);
    const auto list = json_of(be.call("GET", "/api/todos"));
    CHECK(text_of(list.at("items").as_array()[0].as_object().at("title")) == "bread");
    CHECK(be.call("DELETE", "/api/todos/" + id).status == 204);
    CHECK(count() == 0);
}

TEST_CASE("an Idempotency-Key makes a create happen once") {
    const servers world;
    const auto be = world.start();
    const headers key = {{"Idempotency-Key", "2026-01-31T12 / 1"}};
    const auto first = be.post(R"({"title":"milk","order":1})", key);
    const auto id = id_of(first);
    CHECK(first.header("idempotent-replayed").empty());
    const auto again = be.post(R"({ "order": 1, "title": " milk " })", key);
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(again.header("location") == "/api/todos/" + id);
    CHECK(is_problem(be.post(R"({"title":"bread"})", key), 422));
    CHECK(json_of(be.call("GET", "/api/todos")).at("items").as_array().size() == 1);
    CHECK(is_problem(be.post(R"({"title":"x"})", {{"Idempotency-Key", std::string(256, 'k')}}), 400));
    // A later change does not alter the first answer.
    CHECK(be.patch(id, R"({"title":"bread"})").status == 200);
    CHECK(be.post(R"({"title":"milk","order":1})", key).body == first.body);
}

TEST_CASE("difficult text survives the round trip to the database") {
    const servers world;
    const auto be = world.start();
    const std::string titles[] = {"say \\\"hi\\\"",          "a\\\\b", "{x,\\\"y\\\"}", "\xF0\x9F\x8E\x89 \xE2\x82\xAC",
                                  "'; drop table todos; --", "NULL"};
    for (const auto& title : titles) {
        const auto created = be.post(R"({"title":")" + title + R"(","labels":[")" + title + "\"]}");
        const auto id = id_of(created);
        CHECK(be.call("GET", "/api/todos/" + id).body == created.body);
    }
}
