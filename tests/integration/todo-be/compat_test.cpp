// The API in the words of others. The first 16 are what the public suite of Todo-Backend asks, in its order.
#include <boost/json.hpp>

#include "backend.hpp"
#include "support/catch.hpp"
#include "support/query.hpp"

using namespace tidings;
using namespace tidings::todo_be_test;
namespace json = boost::json;

namespace {

const headers from_page{{"Origin", "https://todobackend.example"}, {"Sec-Fetch-Site", "cross-site"}};
constexpr const char* root = "/api/compat/todo-backend";

struct todo_backend {
    servers world;
    backend be = world.start({.environment = {{"COMPAT", "true"}}});

    support::http_answer call(const std::string& method, const std::string& path, const std::string& body = {}) const {
        auto h = from_page;
        if (!body.empty()) h.emplace_back("Content-Type", "application/json");
        auto answer = be.call(method, path, body, h);
        INFO(method << ' ' << path << ": " << answer.status << ' ' << answer.body);
        CHECK(answer.status < 300);
        CHECK(answer.header("access-control-allow-origin") == "*");
        return answer;
    }
    json::array all() const { return json::parse(call("GET", root).body).as_array(); }
    json::object created(const std::string& body = R"({"title":"blah"})") const {
        return json_of(call("POST", root, body));
    }
    // Of the absolute URL of a to-do, that is at this server.
    std::string path_of(const json::object& todo) const {
        const auto url = text_of(todo.at("url"));
        const auto origin = "http://127.0.0.1:" + std::to_string(be.port());
        REQUIRE(url.starts_with(origin + root + '/'));
        return url.substr(origin.size());
    }
    json::object patched(const json::object& todo, const std::string& body) const {
        return json_of(call("PATCH", path_of(todo), body));
    }
    json::object read(const json::object& todo) const { return json_of(call("GET", path_of(todo))); }
};

}  // namespace

TEST_CASE("the 16 specs of Todo-Backend hold") {
    const todo_backend t;
    t.call("GET", root);
    CHECK(t.created(R"({"title":"a todo"})").at("title") == "a todo");
    t.call("DELETE", root);
    CHECK(t.all().empty());

    t.created(R"({"title":"walk the dog"})");
    REQUIRE(t.all().size() == 1);
    CHECK(t.all()[0].at("title") == "walk the dog");
    t.call("DELETE", root);
    const auto fresh = t.created();
    CHECK(fresh.at("completed") == false);
    CHECK(t.all()[0].at("completed") == false);
    CHECK(t.all()[0].at("url") == fresh.at("url"));
    CHECK(t.read(t.created(R"({"title":"my todo"})")).at("title") == "my todo");

    t.call("DELETE", root);
    t.created(R"({"title":"todo the first"})");
    t.created(R"({"title":"todo the second"})");
    REQUIRE(t.all().size() == 2);
    CHECK(t.read(t.all()[0].as_object()).at("title") == "todo the first");
    CHECK(t.patched(t.created(R"({"title":"initial title"})"), R"({"title":"bathe the cat"})").at("title") ==
          "bathe the cat");
    CHECK(t.patched(t.created(), R"({"completed":true})").at("completed") == true);
    t.call("DELETE", root);
    const auto changed = t.patched(t.created(), R"({"title":"changed title","completed":true})");
    for (const auto& seen : {t.read(changed), t.all().at(0).as_object()}) {
        CHECK(seen.at("title") == "changed title");
        CHECK(seen.at("completed") == true);
    }
    t.call("DELETE", t.path_of(changed));
    CHECK(t.all().empty());

    CHECK(t.created(R"({"title":"blah","order":523})").at("order") == 523);
    const auto moved = t.patched(t.created(R"({"title":"blah","order":10})"), R"({"order":95})");
    CHECK(moved.at("order") == 95);
    CHECK(t.read(moved).at("order") == 95);
}

TEST_CASE("what Todo-Backend changes are the same to-dos, with the same rules and events") {
    const todo_backend t;
    const auto made = t.created(R"({"title":"blah","url":"passed over"})");
    t.patched(made, R"({"completed":true})");
    const auto id = text_of(made.at("id"));
    CHECK(t.be.get(id).at("done") == true);
    t.call("DELETE", root);
    const auto types =
        support::query(t.world.postgres.url(), "select split_part(type, '.', 4) from events order by seq");
    CHECK(types == std::vector<std::vector<std::string>>{{"created"}, {"completed"}, {"deleted"}});
    CHECK(t.be.call("POST", "/api/todos/" + id + ":restore").status == 200);
    const auto wrong = t.be.call("POST", root, R"({"title":"","completed":7})", {{"Content-Type", "application/json"}});
    CHECK(is_problem(wrong, 422));
    CHECK(wrong.body.find("/completed") != std::string::npos);
    CHECK(wrong.body.find("/title") != std::string::npos);
    const auto preflight = t.call("OPTIONS", std::string(root) + '/' + id);
    CHECK(preflight.header("access-control-allow-methods").find("PATCH") != std::string::npos);
    CHECK(preflight.header("access-control-allow-headers").find("Content-Type") != std::string::npos);
}

TEST_CASE("the to-dos of the course are a form's, a list, and done") {
    const servers world;
    const auto be = world.start({.environment = {{"COMPAT", "true"}}});
    const headers form{{"Content-Type", "application/x-www-form-urlencoded"}},
        body{{"Content-Type", "application/json"}};
    const auto id = id_of(be.call("POST", "/todos", "x=1&todo=Buy+milk+%26+bread", form));
    CHECK(be.get(id).at("title") == "Buy milk & bread");
    for (const auto* text : {R"({"todo":"Read"})", R"({"title":"Write"})"})
        CHECK(be.call("POST", "/todos", text, body).status == 201);
    const auto listed = json::parse(be.call("GET", "/todos").body).as_array();
    REQUIRE(listed.size() == 3);
    CHECK(listed[0].at("title") == "Buy milk & bread");
    const auto done = be.call("PUT", "/todos/" + id, R"({"done":true})", body);
    CHECK(done.status == 200);
    CHECK(json_of(done).at("done") == true);
    CHECK(json_of(done).at("title") == "Buy milk & bread");
    CHECK(is_problem(be.call("POST", "/todos", "todo=" + std::string(141, 'x'), form), 422));
    CHECK(is_problem(be.call("POST", "/todos", "title=x", form), 422));
    CHECK(is_problem(be.call("POST", "/todos", "todo=%FF", form), 422));
    CHECK(is_problem(be.call("POST", "/todos", "x", {{"Content-Type", "text/plain"}}), 415));
    CHECK(is_problem(be.call("PUT", "/todos/x", R"({"done":true})", body), 404));
    auto elsewhere = form;
    elsewhere.insert(elsewhere.end(), from_page.begin(), from_page.end());
    CHECK(is_problem(be.call("POST", "/todos", "todo=x", elsewhere), 403));
}

TEST_CASE("other APIs are there only where COMPAT says so, and need the token as well") {
    const servers world;
    const auto off = world.start();
    for (const auto* path : {root, "/todos"})
        CHECK(is_problem(off.call("GET", path), 404));
    const auto on = world.start(
        {.environment = {
             {"COMPAT", "true"}, {"API_TOKEN", "secret"}, {"CORS_ORIGINS", "https://todobackend.example"}}});
    for (const auto* path : {root, "/todos"})
        CHECK(is_problem(on.call("GET", path), 401));
    auto known = from_page;
    known.emplace_back("Authorization", "Bearer secret");
    CHECK(on.call("GET", root, {}, known).header("access-control-allow-origin") == "https://todobackend.example");
}
