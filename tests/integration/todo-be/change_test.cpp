// The ways to change a to-do, and the fields that came with them.
#include <boost/json/parse.hpp>
#include <future>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

const auto* const milk = R"({"title":"milk","labels":["home"],"notes":"two\nlines","due":"2026-12-24","order":0.1})";

}  // namespace

TEST_CASE("notes, a due day and its time zone are stored, and in the event") {
    const servers world;
    const auto be = world.start();
    const auto created = be.post(
        R"({"title":"milk","notes":"two\nlines","due":"2026-12-24","due_time_zone":"Europe/Berlin","priority":"high"})");
    const auto id = id_of(created);
    auto todo = be.get(id);
    CHECK(json::value(todo) == json::parse(created.body));
    CHECK(text_of(todo.at("notes")) == "two\nlines");
    CHECK(text_of(todo.at("due")) == "2026-12-24");
    CHECK(text_of(todo.at("due_time_zone")) == "Europe/Berlin");
    const auto patched = be.patch(id, R"({"due":"2026-12-24T00:00:00+01:00","notes":null})");
    todo = json_of(patched);
    CHECK(text_of(todo.at("due")) == "2026-12-23T23:00:00.000000Z");
    CHECK(text_of(todo.at("due_time_zone")) == "Europe/Berlin");
    CHECK(text_of(todo.at("notes")).empty());
    CHECK(json::value(be.get(id)) == json::parse(patched.body));
    const auto published = support::query(
        world.postgres.url(), "select payload::json -> 'data' -> 'todo' ->> 'due' from events order by seq limit 1");
    CHECK(published.at(0).at(0) == "2026-12-24");
    CHECK(is_problem(be.patch(id, R"({"due_time_zone":"Mars/Olympus"})"), 422));
}

TEST_CASE("what was read can be put back, and changed by operations") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(milk));
    const auto path = "/api/todos/" + id;
    const auto read = be.call("GET", path);
    const auto same = be.call("PUT", path, read.body, {{"If-Match", read.header("etag")}});
    CHECK(same.status == 200);
    CHECK(same.body == read.body);
    const auto of_before = be.call("PUT", path, R"({"title":"milk","labels":["home"],"due":"2026-12-24","order":0.1})");
    CHECK(of_before.body == read.body);

    const headers json_patch = {{"Content-Type", "application/json-patch+json"}};
    const auto patched = be.patch(
        id,
        R"([{"op":"test","path":"/version","value":1},{"op":"add","path":"/labels/0","value":"now"},{"op":"replace","path":"/done","value":true}])",
        json_patch);
    CHECK(patched.status == 200);
    CHECK(patched.header("etag") == "\"2\"");
    CHECK(text_of(json_of(patched).at("labels").as_array()[0]) == "now");
    CHECK(text_of(json_of(patched).at("title")) == "milk");
    const auto failed = be.patch(id, R"([{"op":"test","path":"/version","value":1}])", json_patch);
    CHECK(is_problem(failed, 409));
    CHECK(failed.body.find(R"("field":"/0/value")") != std::string::npos);
    CHECK(is_problem(be.patch(id, R"([{"op":"replace","path":"/id","value":1}])", json_patch), 422));
    CHECK(is_problem(be.patch(id, "{}", json_patch), 422));
    CHECK(
        is_problem(be.patch(id, "[]", {{"Content-Type", "application/json-patch+json"}, {"If-Match", "\"1\""}}), 412));
    CHECK(be.patch(id, "[]", json_patch).body == patched.body);
    CHECK(be.get(id).at("version").as_int64() == 2);
    CHECK(is_problem(be.patch("01890a5d-ac96-774b-bcce-b302099a8057", "[]", json_patch), 404));
}

TEST_CASE("JSON Patches of one to-do at the same time are all applied") {
    const servers world;
    const auto a = world.start();
    const auto b = world.start();
    const auto id = id_of(a.post(R"({"title":"x"})"));
    std::vector<std::future<int>> answers;
    for (int i = 0; i < 16; ++i)
        answers.push_back(std::async(std::launch::async, [&, i] {
            const auto operations = R"([{"op":"add","path":"/labels/-","value":"l)" + std::to_string(i) + "\"}]";
            return (i % 2 == 0 ? a : b).patch(id, operations, {{"Content-Type", "application/json-patch+json"}}).status;
        }));
    for (auto& status : answers)
        CHECK(status.get() == 200);
    CHECK(a.get(id).at("labels").as_array().size() == 16);
}

TEST_CASE("a JSON Patch can put a to-do under another one") {
    const servers world;
    const auto be = world.start();
    const auto shopping = id_of(be.post(R"({"title":"shopping"})"));
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    const headers json_patch = {{"Content-Type", "application/json-patch+json"}};
    const auto under = [](const std::string& parent) {
        return R"([{"op":"replace","path":"/parent","value":")" + parent + "\"}]";
    };
    CHECK(text_of(json_of(be.patch(id, under(shopping), json_patch)).at("parent")) == shopping);
    CHECK(is_problem(be.patch(shopping, under(id), json_patch), 422));
    CHECK(is_problem(be.patch(id, under("01890a5d-ac96-774b-bcce-b302099a8057"), json_patch), 422));
    CHECK(be.call("DELETE", "/api/todos/" + shopping).status == 204);
    CHECK(be.call("GET", "/api/todos/" + id).status == 404);
}

TEST_CASE("a field that would not be taken today stays, and does not keep others from being changed") {
    const servers world;
    const auto be = world.start();
    const auto id = id_of(be.post(R"({"title":"milk","due":"2026-12-24"})"));
    support::query(world.postgres.url(), "update todos set due_time_zone = 'Old/Zone'");
    const auto path = "/api/todos/" + id;
    auto body = be.call("GET", path).body;
    body.replace(body.find("milk"), 4, "oats");
    const auto put = be.call("PUT", path, body);
    CHECK(put.status == 200);
    CHECK(text_of(json_of(put).at("title")) == "oats");
    CHECK(text_of(json_of(put).at("due_time_zone")) == "Old/Zone");
    body.replace(body.find("Old/Zone"), 8, "Mars/One");
    const auto refused = be.call("PUT", path, body);
    CHECK(is_problem(refused, 422));
    CHECK(refused.body.find("/due_time_zone") != std::string::npos);
    CHECK(be.patch(id, R"([{"op":"replace","path":"/done","value":true}])",
                   {{"Content-Type", "application/json-patch+json"}})
              .status == 200);
}

TEST_CASE("a change with an Idempotency-Key is done once, and answered the same again") {
    const servers world;
    const auto be = world.start();
    const auto other = world.start();
    const auto id = id_of(be.post(R"({"title":"milk"})"));
    const auto path = "/api/todos/" + id;
    const auto with_key = [](const std::string& key) { return headers{{"Idempotency-Key", key}}; };
    const auto first = be.patch(id, R"({"title":"bread"})", with_key("a"));
    CHECK(first.status == 200);
    CHECK(first.header("idempotent-replayed").empty());
    CHECK(be.patch(id, R"({"title":"eggs"})").status == 200);
    for (const auto* replica : {&be, &other}) {
        const auto again = replica->patch(id, R"({"title":"bread"})", with_key("a"));
        CHECK(again.status == 200);
        CHECK(again.body == first.body);
        CHECK(again.header("etag") == first.header("etag"));
        CHECK(again.header("idempotent-replayed") == "true");
    }
    CHECK(text_of(be.get(id).at("title")) == "eggs");
    CHECK(is_problem(be.patch(id, R"({"title":"butter"})", with_key("a")), 422));
    CHECK(is_problem(be.call("DELETE", path, {}, with_key("a")), 422));
    CHECK(is_problem(be.patch(id, R"({"title":"x"})", with_key("")), 400));
    for (const auto& bytes : {std::string("[\xff]"), std::string("[\0]", 3)})
        CHECK(is_problem(
            be.patch(id, bytes, {{"Idempotency-Key", "e"}, {"Content-Type", "application/json-patch+json"}}), 400));
    const auto put = [&] {
        auto h = with_key("b");
        h.emplace_back("Content-Type", "application/json");
        return be.call("PUT", path, R"({"title":"tea"})", h);
    };
    CHECK(put().body == put().body);
    CHECK(is_problem(be.patch(id, R"({"title":"x"})", {{"Idempotency-Key", "c"}, {"If-Match", "\"1\""}}), 412));
    CHECK(be.patch(id, R"({"title":"x"})", {{"Idempotency-Key", "c"}, {"If-Match", "\"4\""}}).status == 200);
    CHECK(be.call("DELETE", path, {}, with_key("d")).status == 204);
    const auto gone = other.call("DELETE", path, {}, with_key("d"));
    CHECK(gone.status == 204);
    CHECK(gone.header("idempotent-replayed") == "true");
    CHECK(be.patch(id, R"({"title":"bread"})", with_key("a")).body == first.body);
    CHECK(is_problem(be.call("DELETE", path), 404));
    CHECK(support::query(world.postgres.url(), "select count(*) from events").at(0).at(0) == "6");
}
